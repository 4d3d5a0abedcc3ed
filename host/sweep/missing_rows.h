// Rows that a plan wants and a folder has no result of, each once, in the plan's order; a row that failed is
// wanted again. How they are dealt out to tasks that share the folder: by key, so that parts do not meet,
// whatever is there already.
#pragma once
#include <string>
#include <vector>

#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct row_task {
  const sweep_point* point;
  const sweep_workload* workload;
  std::string key;
};

// `wanted`: rows of the plan, there or not. The tasks point into plan and spec.
std::vector<row_task> missing_rows(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                                   uint64_t& wanted);

}  // namespace scansim
