#include "host/sweep/sweep_store.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {
namespace {

void add_row(stored_rows& store, const point_row& row, const std::string& path) {
  const auto [known, fresh] = store.rows.try_emplace(row.key, row);
  if (fresh) return;
  if (row.status != row_status::ok) return;
  if (known->second.status == row_status::ok &&
      (known->second.cycles != row.cycles || known->second.counters != row.counters))
    throw tool_error(
        fmt::format("{}: key {} has {} cycles here and {} in another shard: one of them is wrong", path,
                    row.key, row.cycles, known->second.cycles));
  known->second = row;
}

}  // namespace

std::string spec_path(const std::string& folder) { return folder + "/spec.yaml"; }

stored_rows read_shards(const std::string& folder) {
  stored_rows store;
  store.dropped = read_json_shards(folder, [&](const nlohmann::json& row, const std::string& path) {
    add_row(store, row_from_json(row), path);
  });
  return store;
}

}  // namespace scansim
