// stall_counters: what every cycle of a block was (sim/README.md, section 3). Before an issue, from the cycle
// after the one before: idle until the command is visible, wait_in until every operand is there, wait_out
// until there is a place, then one busy cycle. After the last issue the block is idle. busy + wait_in +
// wait_out + idle = cycles of the run.
#pragma once
#include "hls/map/counter_map.h"
#include "sim/mem/memory_timing.h"

namespace scansim {

using counter_values = std::array<uint64_t, num_counters>;

class stall_counters {
 public:
  // The cycle of the next issue, given the cycles from which command, operands and places are there.
  cycle_t issue(cycle_t visible, cycle_t operands, cycle_t places) {
    advance(visible, idle_);
    advance(operands, wait_in_);
    advance(places, wait_out_);
    ++busy_;
    return next_++;
  }
  // The first cycle that has not been accounted for: the earliest issue.
  cycle_t next() const { return next_; }

  // Everything from the last issue to the end of the run, then the four values from counters[first] on.
  void finish(cycle_t cycles, counter_values& counters, size_t first) {
    advance(cycles, idle_);
    counters[first] = static_cast<uint64_t>(busy_);
    counters[first + 1] = static_cast<uint64_t>(wait_in_);
    counters[first + 2] = static_cast<uint64_t>(wait_out_);
    counters[first + 3] = static_cast<uint64_t>(idle_);
  }

 private:
  void advance(cycle_t to, cycle_t& account) {
    if (to > next_) {
      account += to - next_;
      next_ = to;
    }
  }

  cycle_t next_ = 0;
  cycle_t busy_ = 0, wait_in_ = 0, wait_out_ = 0, idle_ = 0;
};

}  // namespace scansim
