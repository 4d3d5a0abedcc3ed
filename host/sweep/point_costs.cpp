#include "host/sweep/point_costs.h"

#include "models/configs/data_directory.h"

namespace scansim {

const cost_table& point_costs::of(const design_point& point) {
  const std::pair key(point.technology, point.memory);
  const auto known = tables_.find(key);
  if (known != tables_.end()) return known->second;
  return tables_.emplace(key, load_costs(point.technology, point.memory, energy_directory())).first->second;
}

}  // namespace scansim
