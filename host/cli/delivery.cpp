#include "host/cli/delivery.h"

#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

bool streams_are_one() {
  struct stat out {
  }, error{};
  return isatty(STDOUT_FILENO) == 0 && fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &error) == 0 &&
         out.st_dev == error.st_dev && out.st_ino == error.st_ino;
}

}  // namespace

delivery::delivery(const std::vector<named_output>& outputs, const std::vector<std::string>& inputs) {
  const std::vector<output_target> targets = check_outputs(outputs, inputs);
  const bool taken = std::any_of(targets.begin(), targets.end(), [](const output_target& target) {
    return target.kind == output_kind::descriptor && target.descriptor == STDOUT_FILENO;
  });
  if (taken) place_ = streams_are_one() ? place::nowhere : place::error;
}

void delivery::print(std::string_view text) {
  if (place_ == place::error) write_error(text);
  if (place_ != place::out) return;
  try {
    write_out(text);
  } catch (const tool_error& error) {
    if (std::find(lost_.begin(), lost_.end(), error.what()) == lost_.end()) lost_.emplace_back(error.what());
  }
}

bool delivery::write(const std::string& path, std::string_view text) {
  return path.empty() || write(path, [&] { write_output(path, text); });
}

bool delivery::write(const std::string& path, const std::function<void()>& writer) {
  progress_display progress(report_is_dropped());  // a named pipe may have no reader yet
  progress.begin_step("writing " + path);
  return attempt(writer);
}

bool delivery::may_wait(const std::string& path) {
  return !path.empty() && find_output_target(path).kind == output_kind::through;
}

bool delivery::attempt(const std::function<void()>& step) {
  try {
    step();
    return true;
  } catch (const tool_error& error) {
    lost_.emplace_back(error.what());
    return false;
  }
}

void delivery::lose(const std::string& what) { lost_.push_back(what); }

int delivery::status(int verdict) const {
  if (!lost_.empty()) throw tool_error(fmt::format("{}", fmt::join(lost_, "; ")));
  return verdict;
}

}  // namespace scansim
