// What a sweep can judge a point by, as one list: constraints, objectives, tables and exports iterate it.
// Sums over workloads are weighted. Energy: models/energy/recipes.md.
#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "host/sweep/point_row.h"
#include "host/sweep/sweep_spec.h"
#include "host/sweep/value_row.h"
#include "models/area/area_model.h"
#include "models/energy/cost_table.h"
#include "models/energy/energy_range.h"

namespace scansim {

// Every cost of energy at that end of its range. Ranges share their bias, so that overlapping ones do not
// mean equal points: what beats what is asked at each end.
enum class energy_end { low, nominal, high };
inline constexpr std::array energy_ends = {energy_end::low, energy_end::nominal, energy_end::high};
inline constexpr const char* energy_end_names[] = {"low", "nominal", "high"};

// One workload on one point.
struct workload_result {
  double weight = 1;
  double tokens = 0;
  const point_row* row = nullptr;
  const value_row* values = nullptr;  // nullptr: it has none, or nobody asked
};

// By name; of a point whose workloads all have a row that is ok.
using sweep_results = std::map<std::string, double>;
// In the order of energy_ends.
using results_at_ends = std::array<sweep_results, energy_ends.size()>;
// `area`: nullptr: no results of area.
results_at_ends results_of(const design_point& point, const std::vector<workload_result>& workloads,
                           const cost_table& costs, const area_model* area);

// accuracy.relative_mse, ...: the worst of the workloads that have values; the same at every end.
bool is_accuracy_result(const std::string& name);
bool is_area_result(const std::string& name);  // area.lut, ...; modelled, and the same at every end

bool is_sweep_result(const std::string& name);
const std::vector<std::string>& sweep_result_list();
std::string sweep_result_names();  // "cycles, time_s, ..."

}  // namespace scansim
