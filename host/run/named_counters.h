// The counters of a run on a machine by block and event, as reports and cost tables name them. Contract:
// every counter of the list that the design point has and that is of a class asked for, once.
#pragma once
#include <span>

#include "hls/map/counter_map.h"
#include "models/energy/energy_report.h"
#include "sim/rungs/rung.h"

namespace scansim {

inline event_counters named_counters(std::span<const uint64_t, num_counters> values,
                                     const design_point& point, counter_classes asked = counts_all) {
  event_counters named;
  for (size_t i = 0; i < num_counters; ++i)
    if (has_counter(point, i) && (class_of(counter_names[i]) & asked) != counts_nothing)
      named[std::string(counter_names[i].block)][std::string(counter_names[i].event)] = values[i];
  return named;
}

}  // namespace scansim
