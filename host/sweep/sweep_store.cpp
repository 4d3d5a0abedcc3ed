#include "host/sweep/sweep_store.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {
namespace {

// What both rows say of one key, where they differ; empty: nowhere.
std::string difference_of(const point_row& known, const point_row& row) {
  if (known.cycles == row.cycles && known.counters == row.counters) return "";
  return fmt::format("{} cycles here and {}", row.cycles, known.cycles);
}
std::string difference_of(const value_row& known, const value_row& row) {
  if (known.output_sha256 == row.output_sha256 && known.relative_mse == row.relative_mse &&
      known.quantisation_mse == row.quantisation_mse)
    return "";
  return fmt::format("outputs {} here and {}", row.output_sha256.substr(0, 12),
                     known.output_sha256.substr(0, 12));
}

template <class Row>
void add_to(std::map<std::string, Row>& rows, const Row& row, const std::string& where) {
  const auto [known, fresh] = rows.try_emplace(row.key, row);
  if (fresh || row.status != row_status::ok) return;
  if (known->second.status == row_status::ok)
    if (const std::string apart = difference_of(known->second, row); !apart.empty())
      throw tool_error(
          fmt::format("{}: key {} has {} in another shard: one of them is wrong", where, row.key, apart));
  known->second = row;
}

}  // namespace

const row_outcome& outcome_of(const sweep_row& row) {
  return std::visit([](const row_outcome& one) -> const row_outcome& { return one; }, row);
}

void stored_rows::add(const sweep_row& row, const std::string& where) {
  if (const auto* time = std::get_if<point_row>(&row))
    add_to(rows, *time, where);
  else
    add_to(values, std::get<value_row>(row), where);
}

const row_outcome* stored_rows::find(const std::string& key) const {
  if (const auto row = rows.find(key); row != rows.end()) return &row->second;
  if (const auto row = values.find(key); row != values.end()) return &row->second;
  return nullptr;
}

void shard_writer::append(const sweep_row& row) {
  shard_.append(std::visit([](const auto& one) { return to_json(one); }, row));
}

std::string spec_path(const std::string& folder) { return folder + "/spec.yaml"; }

stored_rows read_shards(const std::string& folder) {
  stored_rows store;
  store.dropped = read_json_shards(folder, [&](const nlohmann::json& row, const std::string& path) {
    store.add(is_value_row(row) ? sweep_row(value_row_from_json(row)) : sweep_row(row_from_json(row)), path);
  });
  return store;
}

}  // namespace scansim
