// A headless Chromium that a test drives as a user would: opens a page, moves and presses the mouse, reads
// the page, takes pictures; over the DevTools protocol on a pipe, so without a port. Contract: has_browser()
// says whether there is one; any answer that is an error, or none within half a minute, throws tool_error.
// The profile is in a folder of its own that goes with the object.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace scansim::test {

bool has_browser();

class browser {
 public:
  // `style`: "light" or "dark", what the page is told that its user prefers.
  browser(int width, int height, const std::string& style = "light");
  ~browser();
  browser(const browser&) = delete;
  browser& operator=(const browser&) = delete;

  void resize(int width, int height);
  void open(const std::string& path);  // and waits until it is loaded
  // The value of an expression in the page, as JSON.
  nlohmann::json value(const std::string& expression);
  // `x`, `y`: from the corner of the window.
  void move_mouse(double x, double y) { mouse("mouseMoved", x, y, false); }
  void click(double x, double y);
  void drag(double x, double from_y, double to_y);
  void save_picture(const std::string& path);
  // What the page wrote to its console or threw.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  nlohmann::json call(const std::string& method, const nlohmann::json& parameters);
  nlohmann::json next_message();
  void mouse(const char* type, double x, double y, bool pressed);
  void note(const nlohmann::json& event);

  std::filesystem::path folder_;
  pid_t child_ = -1;
  int to_ = -1, from_ = -1, calls_ = 0;
  std::string session_, read_;
  bool loaded_ = false;
  std::vector<std::string> complaints_;
};

}  // namespace scansim::test
