#include "sim/rungs/rtl_activity.h"

#include "hls/map/depth_map.h"

namespace scansim {
namespace {

bool gains(const uint32_t* increments, size_t counter) {
  const size_t bit = counter * inc_bits;  // a stall counter gains 0 or 1
  return (increments[bit / 32] >> bit % 32 & 1) != 0;
}

constexpr auto busy_counters = [] {
  std::array<size_t, num_counted_blocks> counters{};
  for (size_t block = 0; block < num_counted_blocks; ++block)
    counters[block] = counter_index(counted_blocks[block], "busy");
  return counters;
}();

block_state state_of(const uint32_t* increments, size_t block) {
  const size_t busy = busy_counters[block];  // behind it wait_in, wait_out
  if (gains(increments, busy)) return block_state::busy;
  if (gains(increments, busy + 1)) return block_state::wait_in;
  return gains(increments, busy + 2) ? block_state::wait_out : block_state::idle;
}

}  // namespace

rtl_activity::rtl_activity(const design_point& point, machine_activity& to) : to_(to) {
  blocks_ = 0;
  while (blocks_ < num_counted_blocks && (point.has_units() || busy_counters[blocks_] < first_unit_counter))
    ++blocks_;
}

void rtl_activity::begin() {
  for (state_track& track : to_.states) track.restart(to_.window);
  for (std::vector<cycle_t>& pops : pops_) pops.clear();
  loads_.clear();
  pushed_ = {};
  next_ = 0;
}

void rtl_activity::add(const scansim_rtl_activity& cycle) {
  if (cycle.running == 0) return;
  for (size_t block = 0; block < blocks_; ++block)
    to_.states[block].add(state_of(cycle.increments, block), 1);
  if (cycle.load != 0) loads_.push_back({next_, pushed_});
  for (size_t queue = 0; queue < num_command_queues; ++queue) {
    pushed_[queue] += cycle.pushed >> queue & 1;
    if ((cycle.popped >> queue & 1) != 0) pops_[queue].push_back(next_);
  }
  ++next_;
}

void rtl_activity::finish() {
  to_.cycles = next_;
  for (state_track& track : to_.states) track.finish();
  to_.descriptors = descriptor_spans(loads_, pushed_, pops_);
}

}  // namespace scansim
