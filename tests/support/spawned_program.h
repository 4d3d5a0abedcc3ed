// Runs a program as a process of its own and says how it ended: exit status, stdout, stderr.
// Contract: the child starts in `folder` with `variables` added to this process's environment; safe with
// several threads. Throws tool_error if it cannot be started.
#pragma once
#include <string>
#include <vector>

namespace scansim::test {

struct program_end {
  int status = -1;  // 128 + n if signal n ended it
  std::string out, err;
  int error_lines() const;
};

struct program_start {
  std::vector<std::string> words;      // the program's path, then its arguments
  std::string folder = ".";            // its working directory
  std::vector<std::string> variables;  // NAME=value
  int interrupt_after_ms = -1;         // at least 0: SIGINT is sent then
};

program_end run_program(const program_start& start);

}  // namespace scansim::test
