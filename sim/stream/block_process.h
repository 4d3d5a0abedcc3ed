// block_process: the frame of a block, a SystemC module whose processes run once for every run of the
// machine.
//   begin(...)   of the block: sets it back and calls restart(start)
//   process      SC_THREAD(process); void process() { each_run([this] { ... }); }
//   finished()   every process has come to the end of the run
// Contract: `processes` of them, each with each_run as its body; they start with the first notification of
// `start` behind restart(). What a block counts it says by counters(cycles) (sim/stream/block_counters.h).
#pragma once
#include "sim/stream/block_counters.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class block_process : public sc_core::sc_module {
 public:
  bool finished() const { return open_ == 0; }

 protected:
  explicit block_process(sc_core::sc_module_name name, int processes = 1)
      : sc_module(name), processes_(processes) {}

  void restart(sc_core::sc_event& start) {
    start_ = &start;
    ++runs_;
    open_ = processes_;
  }

  template <class Run>
  void each_run(Run run) {
    for (int64_t done = 0;; done = runs_) {
      while (done == runs_) sc_core::wait(*start_);
      run();
      --open_;
    }
  }

  // run(command, cycle from which it is visible) returns the cycle in which it leaves.
  template <class Command, class Run>
  static void each_command(timed_fifo<Command>& commands, Run run) {
    while (!commands.ended()) {
      const cycle_t visible = commands.front_time();
      commands.pop(run(commands.front(), visible));
    }
  }

 private:
  const int processes_;
  sc_core::sc_event* start_ = nullptr;
  int64_t runs_ = 0;
  int open_ = 0;  // processes that have not come to the end of the run
};

}  // namespace scansim
