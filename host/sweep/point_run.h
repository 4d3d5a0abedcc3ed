// One workload on one point: its program without values on the rung of a sweep, `analytic`.
#pragma once
#include "host/sweep/point_row.h"
#include "host/sweep/sweep_points.h"

namespace scansim {

// What is wrong with the point is said in the row; nothing is thrown for it.
point_row run_point(const sweep_point& point, const std::string& key, const sweep_workload& workload,
                    uint64_t memory_seed);

}  // namespace scansim
