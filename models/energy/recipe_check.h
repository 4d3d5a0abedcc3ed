// What the report charges for an operation of a unit (models/energy/recipes.md) beside what gates cost.
// Contract: the events that an operation counts, each at its cost in the point's technology; memories around
// the unit are left out, as the netlist has none. A unit without events (a queue) has no estimate.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/configs/design_point.h"
#include "models/energy/energy_range.h"

namespace scansim {

struct counted_event {
  const char* block;
  const char* event;
  double per_operation;
};

std::vector<counted_event> events_of_unit(const std::string& unit, const design_point& point);
std::optional<energy_range> estimated_energy(const std::string& unit, const design_point& point);

}  // namespace scansim
