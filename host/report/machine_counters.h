// The machine's counters, an array in CSR order (sim/counters.h), as the map by block and event that results,
// energy and tables work on. The machine's cycles are left out: they are rung_result::cycles. `timed` false:
// a rung without time, whose busy, wait_in, wait_out and idle say nothing and are left out too.
#pragma once
#include <span>
#include <string>

#include "models/energy/energy_report.h"
#include "sim/counters.h"

namespace scansim {

inline event_counters counters_by_block(std::span<const uint64_t, num_counters> values, bool timed) {
  event_counters counters;
  for (size_t k = 0; k < num_counters; ++k) {
    const std::string block(counter_names[k].block);
    const std::string event(counter_names[k].event);
    const bool stall = event == "busy" || event == "wait_in" || event == "wait_out" || event == "idle";
    if (block != "machine" && (timed || !stall)) counters[block][event] = values[k];
  }
  return counters;
}

}  // namespace scansim
