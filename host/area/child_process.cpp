#include "host/area/child_process.h"

#include <unistd.h>

#include "traces/input_error.h"

namespace scansim {

int run_child_process(const std::vector<std::string>& arguments, const std::string& log_file,
                      const std::string& what, const progress_callback& progress) {
  constexpr int not_started = 127;
  unlink(log_file.c_str());  // the tool's output is appended
  const int status = run_tool({arguments, ".", log_file, what}, progress);
  if (status == not_started) throw tool_error(arguments[0] + ": cannot be run: " + first_complaint(log_file));
  return status;
}

}  // namespace scansim
