#include "tests/support/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <thread>

#include "traces/input_error.h"

namespace scansim::test {
namespace {

constexpr const char* program = "/usr/bin/chromium";
constexpr int longest_wait_ms = 30000;
constexpr int command_descriptor = 3, answer_descriptor = 4;  // of --remote-debugging-pipe

std::string from_base64(const std::string& text) {
  std::string bytes;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t digit = digits.find(c);
    if (digit == std::string::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((held += 6) < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  return bytes;
}

[[noreturn]] void become_browser(int commands, int answers, const std::string& folder,
                                 const std::string& size) {
  // Both above 4 first: one of them may be 3 or 4 already.
  const int in = fcntl(commands, F_DUPFD, 10), out = fcntl(answers, F_DUPFD, 10);
  dup2(in, command_descriptor), dup2(out, answer_descriptor);
  const int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, STDIN_FILENO), dup2(nowhere, STDOUT_FILENO), dup2(nowhere, STDERR_FILENO);
  for (int other = 5; other < 64; ++other) close(other);
  const std::string profile = "--user-data-dir=" + folder;
  execl(program, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--remote-debugging-pipe", profile.c_str(), size.c_str(), "about:blank", nullptr);
  _exit(127);
}

}  // namespace

bool has_browser() { return access(program, X_OK) == 0; }

browser::browser(int width, int height, const std::string& style) {
  std::string pattern = (std::filesystem::temp_directory_path() / "scansim-browser-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw tool_error("no temporary folder");
  folder_ = pattern;
  std::array<int, 2> commands{}, answers{};
  if (pipe2(commands.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0)
    throw tool_error("no pipe");
  const std::string size = "--window-size=" + std::to_string(width) + "," + std::to_string(height);
  child_ = fork();
  if (child_ == 0) {
    setpgid(0, 0);
    become_browser(commands[0], answers[1], folder_, size);
  }
  close(commands[0]), close(answers[1]);
  to_ = commands[1], from_ = answers[0];
  const auto target = call("Target.createTarget", {{"url", "about:blank"}});
  session_ =
      call("Target.attachToTarget", {{"targetId", target["targetId"]}, {"flatten", true}})["sessionId"];
  for (const char* domain : {"Page.enable", "Runtime.enable", "Log.enable"})
    call(domain, nlohmann::json::object());
  call("Emulation.setEmulatedMedia", {{"features", {{{"name", "prefers-color-scheme"}, {"value", style}}}}});
  resize(width, height);
}

browser::~browser() {
  close(to_), close(from_);
  kill(-child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  // Its own children end a moment later, and write until then.
  std::error_code failed;
  for (int tries = 0; tries < 40 && std::filesystem::exists(folder_, failed); ++tries) {
    std::filesystem::remove_all(folder_, failed);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

nlohmann::json browser::next_message() {
  for (;;) {
    const size_t end = read_.find('\0');
    if (end != std::string::npos) {
      const nlohmann::json message = nlohmann::json::parse(read_.substr(0, end));
      read_.erase(0, end + 1);
      return message;
    }
    pollfd ready{from_, POLLIN, 0};
    std::array<char, 65536> block{};
    const ssize_t got = poll(&ready, 1, longest_wait_ms) == 1 ? read(from_, block.data(), block.size()) : 0;
    if (got <= 0) throw tool_error("chromium: no answer");
    read_.append(block.data(), static_cast<size_t>(got));
  }
}

void browser::note(const nlohmann::json& event) {
  const std::string method = event.value("method", "");
  if (method == "Page.loadEventFired") loaded_ = true;
  if (method == "Runtime.exceptionThrown" || method == "Runtime.consoleAPICalled" ||
      method == "Log.entryAdded")
    complaints_.push_back(event["params"].dump());
}

nlohmann::json browser::call(const std::string& method, const nlohmann::json& parameters) {
  nlohmann::json command = {{"id", ++calls_}, {"method", method}, {"params", parameters}};
  if (!session_.empty()) command["sessionId"] = session_;
  const std::string text = command.dump() + '\0';
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t taken = write(to_, text.data() + sent, text.size() - sent);
    if (taken <= 0) throw tool_error("chromium: " + method + " cannot be sent");
    sent += static_cast<size_t>(taken);
  }
  for (;;) {
    const nlohmann::json message = next_message();
    if (message.value("id", 0) != calls_) {
      note(message);
      continue;
    }
    if (message.contains("error")) throw tool_error("chromium: " + method + ": " + message["error"].dump());
    return message["result"];
  }
}

void browser::resize(int width, int height) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

void browser::open(const std::string& path) {
  loaded_ = false;
  const auto going = call("Page.navigate", {{"url", "file://" + path}});
  if (going.contains("errorText")) throw tool_error("chromium: " + path + ": " + going["errorText"].dump());
  while (!loaded_) note(next_message());
}

nlohmann::json browser::value(const std::string& expression) {
  const auto answer = call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
  if (answer.contains("exceptionDetails")) throw tool_error("chromium: " + answer["exceptionDetails"].dump());
  return answer["result"].value("value", nlohmann::json());
}

void browser::mouse(const char* type, double x, double y, bool pressed) {
  call("Input.dispatchMouseEvent", {{"type", type},
                                    {"x", x},
                                    {"y", y},
                                    {"button", pressed ? "left" : "none"},
                                    {"buttons", pressed ? 1 : 0},
                                    {"clickCount", pressed ? 1 : 0}});
}

void browser::click(double x, double y) {
  move_mouse(x, y);
  mouse("mousePressed", x, y, true);
  mouse("mouseReleased", x, y, true);
}

void browser::drag(double x, double from_y, double to_y) {
  move_mouse(x, from_y);
  mouse("mousePressed", x, from_y, true);
  mouse("mouseMoved", x, (from_y + to_y) / 2, true);
  mouse("mouseMoved", x, to_y, true);
  mouse("mouseReleased", x, to_y, true);
}

void browser::save_picture(const std::string& path) {
  const auto picture = call("Page.captureScreenshot", {{"format", "png"}, {"captureBeyondViewport", true}});
  std::ofstream(path, std::ios::binary) << from_base64(picture["data"]);
}

}  // namespace scansim::test
