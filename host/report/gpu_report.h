// The gpu rung in the report: its cells of the verdict table, the lines after it (where the time comes from,
// share of the binding ceiling, ratios of the machine to the gpu with both labels and levels on the line)
// and its keys in the JSON (label, precision, device, kernel, source, time_us {median, low, high, basis},
// energy {level, idle_included_uj, idle_subtracted_uj, the same and upper_bound_uj per token, basis},
// ceilings, roofline {time_us, ceiling, basis, bounds [{ceiling, basis, time_us, applies}], counted_kernel,
// achieved_share}, comparison, ratios). What was not established is null.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/report/run_result.h"

namespace scansim {

// Columns time, tokens/s, updates/s, energy/token, level.
std::vector<std::string> gpu_cells(const run_result& result, const gpu_result& gpu);
std::string gpu_text(const run_result& result);  // empty without a gpu rung
// Adds the keys to the rung's object.
void add_gpu_json(nlohmann::json& object, const run_result& result, const gpu_result& gpu);

}  // namespace scansim
