// block_process: the frame of a block: its name and its processes, which a host runs once for every run of
// the machine (process_host.h).
//   add_process(&block::body)   in the constructor; the body returns at the end of the run
//   begin(...)                  of the block: sets it back and calls restart()
//   finished()                  every process has come to the end of the run
// A block computes times from times. With values() it also computes what travels with them; without, only
// times and counts, which are the same. What it counts it says by counters(cycles) (block_counters.h).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/stream/block_counters.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

// A row that a block writes into a buffer: its bytes there, valid during the call.
using row_callback = std::function<void(cycle_t cycle, int row, const uint8_t* bytes)>;

class block_process {
 public:
  block_process(const block_process&) = delete;
  block_process& operator=(const block_process&) = delete;

  const std::string& name() const { return name_; }
  size_t processes() const { return processes_.size(); }
  void run_process(size_t number) {
    processes_[number]();
    --open_;
  }
  // The first cycle that is not accounted for, of a block that counts its stalls.
  cycle_t next_issue() const { return stalls_.next(); }
  bool finished() const { return open_ == 0; }
  // Times and counts alone. Before the first run.
  void leave_out_values() { values_ = false; }
  // What each cycle of the runs to come was, of a block that counts its stalls.
  void keep_states(state_track* states) { stalls_.keep(states); }

 protected:
  explicit block_process(std::string name) : name_(std::move(name)) {}
  ~block_process() = default;

  template <class Block>
  void add_process(void (Block::*body)()) {
    processes_.emplace_back([this, body] { (static_cast<Block*>(this)->*body)(); });
  }
  void add_process(std::function<void()> body) { processes_.push_back(std::move(body)); }

  void restart() {
    open_ = processes_.size();
    stalls_.restart();
  }
  bool values() const { return values_; }

  // run(command, cycle from which it is visible) returns the cycle in which it leaves.
  template <class Command, class Run>
  static void each_command(timed_fifo<Command>& commands, Run run) {
    while (!commands.ended()) {
      const cycle_t visible = commands.front_time();
      commands.pop(run(commands.front(), visible));
    }
  }

  stall_counters stalls_;  // of a block that counts them

 private:
  const std::string name_;
  std::vector<std::function<void()>> processes_;
  size_t open_ = 0;  // processes that have not come to the end of the run
  bool values_ = true;
};

}  // namespace scansim
