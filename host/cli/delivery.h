// How a command hands over what it found: its report first, then its files. Contract: everything is tried,
// whatever failed before it; what was lost is told at the end, in one line and as exit status 3, so that a
// full disk costs a file and not the report. Where an output is standard output ("-"), the report goes to
// standard error, and nowhere if the two are one pipe or file.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/cli/output_check.h"

namespace scansim {

class delivery {
 public:
  // Checks the outputs first (output_check.h).
  delivery(const std::vector<named_output>& outputs, const std::vector<std::string>& inputs);

  bool report_is_dropped() const {
    return place_ == place::nowhere;
  }  // then progress would be in the way too
  void print(std::string_view text);
  bool write(const std::string& path, std::string_view text);  // nothing if the path is empty; false: lost
  bool write(const std::string& path, const std::function<void()>& writer);  // of that path; false: lost
  static bool may_wait(const std::string& path);    // for a reader: the report had better be out first
  bool attempt(const std::function<void()>& step);  // false: a tool_error, to be told at the end
  void lose(const std::string& what);               // told at the end as it is

  // `verdict`, if everything arrived; otherwise a tool_error that names what did not.
  int status(int verdict) const;

 private:
  enum class place { out, error, nowhere };
  place place_ = place::out;
  std::vector<std::string> lost_;
};

}  // namespace scansim
