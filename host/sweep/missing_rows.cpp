#include "host/sweep/missing_rows.h"

#include <set>

namespace scansim {
std::vector<row_task> missing_rows(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                                   uint64_t& wanted) {
  std::vector<row_task> tasks;
  std::set<std::string> seen;
  for (const sweep_point& point : plan.points)
    for (size_t i = 0; i < point.keys.size(); ++i) {
      if (!seen.insert(point.keys[i]).second) continue;
      const auto found = store.rows.find(point.keys[i]);
      if (found == store.rows.end() || found->second.status == row_status::failed)
        tasks.push_back({&point, &spec.workloads[i], point.keys[i]});
    }
  wanted = seen.size();
  return tasks;
}

}  // namespace scansim
