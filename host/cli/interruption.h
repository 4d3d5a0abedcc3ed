// Signals. Ctrl-C (SIGINT), SIGTERM, SIGHUP and SIGXCPU: the program ends at once with status 128 + signal
// (130, 143), unless it is inside a section that leaves something to clean up; then the section ends first. A
// pipe whose reader went and a file that may not grow fail the write and nothing else. Contract: nothing
// half-written is left behind (passing files: traces/temporary_file.h). Long sections ask
// throw_if_interrupted() now and then; interrupted passes through everything up to main.
#pragma once
#include <string>

namespace scansim {

struct interrupted {
  int exit_status;
};

void handle_interruptions();
void throw_if_interrupted();  // interrupted
bool is_interrupted();        // the next throw_if_interrupted() will throw

// While one lives, a signal is only noted; the end of the outermost one acts on it.
class interruption_guard {
 public:
  interruption_guard();
  ~interruption_guard();
  interruption_guard(const interruption_guard&) = delete;
  interruption_guard& operator=(const interruption_guard&) = delete;
};

}  // namespace scansim
