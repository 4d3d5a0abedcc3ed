// Runs a program to its end without a shell, so that no argument needs quoting; its messages go to a file.
// Contract: returns the exit status (128 + signal if it was killed). `progress` as in tool_process.h: it is
// called with `what`, and what it throws ends the program and everything that it started. Throws tool_error
// naming the program if it cannot be started or the log cannot be written.
#pragma once
#include <string>
#include <vector>

#include "sim/cosim/tool_process.h"

namespace scansim {

int run_child_process(const std::vector<std::string>& arguments, const std::string& log_file,
                      const std::string& what = "", const progress_callback& progress = {});

}  // namespace scansim
