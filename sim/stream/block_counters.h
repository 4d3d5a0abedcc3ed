// block_counters: (name, value) of one block after a run. Names are unique within a block and, behind its
// name, keys of the energy cost tables; those of the machine's blocks are in hls/map/counter_map.h. The first
// four are those of its stalls.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "sim/stream/stall_counters.h"

namespace scansim {

using block_counters = std::vector<std::pair<std::string_view, uint64_t>>;

// busy, wait_in, wait_out, idle up to `cycles`, and behind them `events`.
inline block_counters with_stalls(stall_counters stalls, cycle_t cycles, const block_counters& events = {}) {
  counter_values values{};
  stalls.finish(cycles, values, 0);
  block_counters all = {
      {"busy", values[0]}, {"wait_in", values[1]}, {"wait_out", values[2]}, {"idle", values[3]}};
  all.insert(all.end(), events.begin(), events.end());
  return all;
}

// The counters of a block of the machine at their places; a name that is not in the map is a fault.
inline void store_counters(std::string_view block, const block_counters& from, counter_values& to) {
  for (const auto& [event, value] : from) to.at(counter_index(block, event)) = value;
}

}  // namespace scansim
