// stall_counters: what every cycle of a block was (sim/README.md, section 3). Before an issue, from the cycle
// after the one before: idle until the command is visible, wait_in until every operand is there, wait_out
// until there is a place, then one busy cycle. After the last issue the block is idle. busy + wait_in +
// wait_out + idle = cycles of the run.
#pragma once
#include "hls/map/counter_map.h"
#include "sim/mem/memory_timing.h"
#include "sim/stream/state_track.h"

namespace scansim {

using counter_values = std::array<uint64_t, num_counters>;

// What a machine does not have reads 0.
inline void leave_out_absent(const machine_parameters& machine, counter_values& counters) {
  for (size_t i = 0; i < num_counters; ++i)
    if (!has_counter(machine, i)) counters[i] = 0;
}

class stall_counters {
 public:
  // A new run. What keeps the states stays.
  void restart() {
    state_track* const states = states_;
    *this = {};
    states_ = states;
  }
  // From the next run on every cycle is told to `states` too; nullptr: to nobody.
  void keep(state_track* states) { states_ = states; }

  // The cycle of the next issue, given the cycles from which command, operands and places are there.
  cycle_t issue(cycle_t visible, cycle_t operands, cycle_t places) {
    advance(visible, block_state::idle, idle_);
    advance(operands, block_state::wait_in, wait_in_);
    advance(places, block_state::wait_out, wait_out_);
    ++busy_;
    if (states_ != nullptr) [[unlikely]]
      tell(block_state::busy, 1);
    return next_++;
  }
  // The first cycle that has not been accounted for: the earliest issue.
  cycle_t next() const { return next_; }

  // Everything from the last issue to the end of the run, then the four values from counters[first] on.
  void finish(cycle_t cycles, counter_values& counters, size_t first) {
    advance(cycles, block_state::idle, idle_);
    counters[first] = static_cast<uint64_t>(busy_);
    counters[first + 1] = static_cast<uint64_t>(wait_in_);
    counters[first + 2] = static_cast<uint64_t>(wait_out_);
    counters[first + 3] = static_cast<uint64_t>(idle_);
  }

 private:
  void advance(cycle_t to, block_state state, cycle_t& account) {
    if (to > next_) {
      account += to - next_;
      if (states_ != nullptr) [[unlikely]]
        tell(state, to - next_);
      next_ = to;
    }
  }
  // Apart, so that what happens at every issue is small enough to stand where it is called.
  [[gnu::noinline]] void tell(block_state state, cycle_t cycles) { states_->add(state, cycles); }

  cycle_t next_ = 0;
  cycle_t busy_ = 0, wait_in_ = 0, wait_out_ = 0, idle_ = 0;
  state_track* states_ = nullptr;
};

}  // namespace scansim
