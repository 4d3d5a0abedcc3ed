// The counters of a run on a machine by block and event, as reports and cost tables name them. Contract:
// every counter of the list once; those of the units only where the design point has units.
#pragma once
#include <span>

#include "hls/map/counter_map.h"
#include "models/energy/energy_report.h"

namespace scansim {

inline event_counters named_counters(std::span<const uint64_t, num_counters> values,
                                     const design_point& point) {
  event_counters named;
  const size_t count = point.has_units() ? num_counters : first_unit_counter;
  for (size_t i = 0; i < count; ++i)
    named[std::string(counter_names[i].block)][std::string(counter_names[i].event)] = values[i];
  return named;
}

}  // namespace scansim
