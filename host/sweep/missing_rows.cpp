#include "host/sweep/missing_rows.h"

#include <set>

namespace scansim {
namespace {

constexpr size_t key_digits_of_a_part = 15;

}  // namespace

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

uint64_t part_of_key(const std::string& key, uint64_t parts) {
  return std::stoull(key.substr(0, key_digits_of_a_part), nullptr, 16) % parts;
}

}  // namespace scansim
