// One workload on one design point: its program without values on the rung `fast`.
#pragma once
#include "host/sweep/point_row.h"
#include "host/sweep/sweep_spec.h"

namespace scansim {

// What is wrong with the point is said in the row; nothing is thrown for it.
point_row run_point(const std::string& key, const design_point& point, const sweep_workload& workload,
                    uint64_t memory_seed);

}  // namespace scansim
