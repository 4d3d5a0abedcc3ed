#include "host/sweep/value_row.h"

#include <algorithm>

#include "host/run/rung_choice.h"

namespace scansim {
const std::string& value_rung() {
  static const std::string name = [] {
    const auto rungs = rung_list();
    return std::string(std::find_if(rungs.begin(), rungs.end(), is_untimed_arithmetic)->name);
  }();
  return name;
}

nlohmann::json to_json(const value_row& row) {
  nlohmann::json object = outcome_json(row, value_rung());
  if (row.status != row_status::ok) return object;
  object["relative_mse"] = row.relative_mse;
  object["quantisation_mse"] = row.quantisation_mse;
  object["output_sha256"] = row.output_sha256;
  return object;
}

bool is_value_row(const nlohmann::json& object) { return object.at("rung") == value_rung(); }

value_row value_row_from_json(const nlohmann::json& object) {
  value_row row;
  read_outcome(object, row);
  if (row.status != row_status::ok) return row;
  row.relative_mse = object.at("relative_mse");
  row.quantisation_mse = object.at("quantisation_mse");
  row.output_sha256 = object.at("output_sha256");
  return row;
}

}  // namespace scansim
