// Workloads of a sweep as calls with values, for what compares them: confirmations (sweep_confirm.h) and
// rows of values (value_row.h). A scan of a shape is generated with seed 1, an operator as drawn_call.
#pragma once
#include "host/report/run_result.h"
#include "host/run/run_observer.h"
#include "host/sweep/sweep_points.h"
#include "host/sweep/value_row.h"

namespace scansim {

// On those rungs, in the ladder's order. Errors: as run() (host/run/run.h).
run_result run_with_values(const sweep_spec& spec, const sweep_point& point, const sweep_workload& workload,
                           const std::vector<std::string>& rungs, run_observer& observer);

// What is wrong with the call is said in the row; nothing is thrown for it.
value_row run_values(const sweep_spec& spec, const sweep_point& point, const std::string& key,
                     const sweep_workload& workload);

}  // namespace scansim
