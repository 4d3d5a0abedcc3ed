// unit_counters: (name, value) of one block after a run. Names are unique within a block and, behind its
// name, keys of the energy cost tables. The first four are those of its stalls. Blocks of the scan machine
// use sim/counters.h, whose list is the CSR map; blocks beside it report this.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "sim/stream/stall_counters.h"

namespace scansim {

using unit_counters = std::vector<std::pair<std::string_view, uint64_t>>;

// busy, wait_in, wait_out, idle up to `cycles`.
inline unit_counters stall_values(stall_counters& stalls, cycle_t cycles) {
  counter_values values{};
  stalls.finish(cycles, values, 0);
  return {{"busy", values[0]}, {"wait_in", values[1]}, {"wait_out", values[2]}, {"idle", values[3]}};
}

}  // namespace scansim
