// What a sweep can judge a point by, as one list: constraints, objectives, tables and exports iterate it.
// Sums over workloads are weighted. Energy is switching only (models/energy/recipes.md): no leakage.
#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "host/sweep/point_row.h"
#include "host/sweep/sweep_spec.h"
#include "models/energy/cost_table.h"
#include "models/energy/energy_range.h"

namespace scansim {

// Nominal energy unless asked otherwise.
enum class energy_end { low, nominal, high };

// One workload on one point.
struct workload_result {
  double weight = 1;
  double tokens = 0;
  const point_row* row = nullptr;
};

// By name; of a point whose workloads all have a row that is ok.
using sweep_results = std::map<std::string, double>;
sweep_results results_of(const design_point& point, const std::vector<workload_result>& workloads,
                         const cost_table& costs, energy_end end = energy_end::nominal);

bool is_sweep_result(const std::string& name);
const std::vector<std::string>& sweep_result_list();
std::string sweep_result_names();  // "cycles, time_s, ..."

}  // namespace scansim
