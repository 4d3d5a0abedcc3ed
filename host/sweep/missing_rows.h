// Rows that a plan wants and a folder has no result of, each once, in the plan's order, those of time before
// those of values at each point; a row that failed is wanted again. How they are dealt out to tasks that
// share the folder: by key, so that parts do not meet, whatever is there already.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct row_task {
  const sweep_point* point;
  const sweep_workload* workload;
  std::string key;
  bool values = false;  // a row of values
};

// All that a point wants. The tasks point into the spec and the point.
std::vector<row_task> rows_of(const sweep_spec& spec, const sweep_point& point);

// `wanted`: rows of the plan, there or not. The tasks point into plan and spec.
std::vector<row_task> missing_rows(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                                   uint64_t& wanted);

// In place of one whose process could not write it.
sweep_row row_without_result(const row_task& task, row_status status, const std::string& message);

sweep_row run_row(const sweep_spec& spec, const row_task& task);

// Of one point, those that the store has not: run here and added to it. `take`: each of them, before that.
void run_rows_of(const sweep_spec& spec, const sweep_point& point, stored_rows& store,
                 const std::function<void(const sweep_row&)>& take = {});

}  // namespace scansim
