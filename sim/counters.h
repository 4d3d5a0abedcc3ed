// The machine's counters in C++: the table is hls/map/counter_map.h.
#pragma once
#include "hls/map/counter_map.h"

namespace scansim {

// Cycles and stalls: what rungs without time do not have.
constexpr bool is_time_counter(std::string_view event) {
  for (const counter_name& row : counter_names)
    if (row.event == event) return row.kind == counter_class::time;
  return false;
}

}  // namespace scansim
