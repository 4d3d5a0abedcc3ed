#include "host/sweep/missing_rows.h"

#include <set>

#include "host/sweep/point_run.h"
#include "host/sweep/value_run.h"

namespace scansim {
std::vector<row_task> rows_of(const sweep_spec& spec, const sweep_point& point) {
  std::vector<row_task> tasks;
  for (size_t i = 0; i < point.keys.size(); ++i)
    tasks.push_back({&point, &spec.workloads[i], point.keys[i], false});
  for (size_t i = 0; i < point.value_keys.size(); ++i)
    if (!point.value_keys[i].empty())
      tasks.push_back({&point, &spec.workloads[i], point.value_keys[i], true});
  return tasks;
}

std::vector<row_task> missing_rows(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                                   uint64_t& wanted) {
  std::vector<row_task> tasks;
  std::set<std::string> seen;
  for (const sweep_point& point : plan.points)
    for (row_task& task : rows_of(spec, point)) {
      if (!seen.insert(task.key).second) continue;
      const row_outcome* found = store.find(task.key);
      if (!found || may_be_tried_again(found->status)) tasks.push_back(std::move(task));
    }
  wanted = seen.size();
  return tasks;
}

sweep_row row_without_result(const row_task& task, row_status status, const std::string& message) {
  const auto ended = [&](auto row) {
    row.key = task.key, row.point = task.point->id, row.status = status, row.message = message;
    return row;
  };
  if (task.values) return ended(value_row());
  return ended(point_row());
}

sweep_row run_row(const sweep_spec& spec, const row_task& task) {
  if (task.values) return run_values(spec, *task.point, task.key, *task.workload);
  return run_point(*task.point, task.key, *task.workload, spec.memory_seed);
}

void run_rows_of(const sweep_spec& spec, const sweep_point& point, stored_rows& store,
                 const std::function<void(const sweep_row&)>& take) {
  for (const row_task& task : rows_of(spec, point)) {
    if (store.find(task.key)) continue;
    const sweep_row row = run_row(spec, task);
    if (take) take(row);
    store.add(row);
  }
}

}  // namespace scansim
