// machine_activity: what happened in one start of the machine: the state of every block that counts its
// cycles (sim/README.md, section 3), every burst on the memory port and every descriptor. The same from every
// rung that simulates cycles, as the counters are their sums: busy, wait_in and wait_out by block, bursts of
// the dma. Contract: blocks in the order of counted_blocks, bursts and descriptors in their order in time;
// what lies outside the window of its maker is missing, and of each kind what comes behind the first `most`
// events.
#pragma once
#include "hls/map/counter_map.h"
#include "sim/stream/state_track.h"
#include "sim/top/descriptor_span.h"

namespace scansim {

inline constexpr size_t num_counted_blocks = [] {
  size_t count = 0;
  for (const counter_name& name : counter_names) count += name.event == "busy";
  return count;
}();

inline constexpr auto counted_blocks = [] {
  std::array<std::string_view, num_counted_blocks> blocks;
  size_t at = 0;
  for (const counter_name& name : counter_names)
    if (name.event == "busy") blocks[at++] = name.block;
  return blocks;
}();

// Its place among counted_blocks; num_counted_blocks: it counts no cycles.
constexpr size_t counted_block(std::string_view name) {
  return static_cast<size_t>(std::find(counted_blocks.begin(), counted_blocks.end(), name) -
                             counted_blocks.begin());
}

// From the handshake of the address to the last beat, or to the response, both included.
struct burst_span {
  uint64_t address = 0;
  int64_t beats = 0;
  cycle_t first = 0, last = 0;
  bool operator==(const burst_span&) const = default;
};

// While it is made.
struct machine_activity {
  cycle_t cycles = 0;
  track_window window;
  std::array<state_track, num_counted_blocks> states;
  std::vector<burst_span> reads, writes;
  std::vector<descriptor_span> descriptors;
};

// Afterwards: the runs of a block are read by a state_cursor from first_cycle on.
struct recorded_start {
  cycle_t cycles = 0, first_cycle = 0;
  std::array<std::vector<uint8_t>, num_counted_blocks> states;
  std::vector<burst_span> reads, writes;
  std::vector<descriptor_span> descriptors;
};

// Of a block by its name; nullptr: nothing is kept, or it counts no cycles.
inline state_track* states_of(machine_activity* activity, std::string_view block) {
  const size_t at = counted_block(block);
  return activity != nullptr && at < num_counted_blocks ? &activity->states[at] : nullptr;
}

}  // namespace scansim
