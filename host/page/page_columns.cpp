#include "host/page/page_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace scansim {
namespace {

constexpr double exact_integers = 9007199254740992;  // 2^53

nlohmann::json json_of_value(const sweep_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return page_number(std::get<double>(value));
}

}  // namespace

nlohmann::json page_number(double value) {
  if (!std::isfinite(value)) return {};
  if (value == std::floor(value) && std::abs(value) < exact_integers) return static_cast<int64_t>(value);
  return std::stod(fmt::format("{:.6g}", value));
}

nlohmann::json page_numbers(const std::vector<double>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const double value : values) list.push_back(page_number(value));
  return list;
}

std::vector<sweep_value> value_column::values() const {
  std::set<sweep_value> values;
  for (const cell& one : cells_)
    if (one.is_set) values.insert(one.value);
  return {values.begin(), values.end()};
}

std::vector<sweep_value> value_column::cells_or(const sweep_value& none) const {
  std::vector<sweep_value> values;
  for (const cell& one : cells_) values.push_back(one.is_set ? one.value : none);
  return values;
}

nlohmann::json value_column::to_json() const {
  const std::vector<sweep_value> known = values();
  nlohmann::json list = nlohmann::json::array(), at = nlohmann::json::array();
  for (const sweep_value& value : known) list.push_back(json_of_value(value));
  for (const cell& one : cells_)
    at.push_back(one.is_set ? std::lower_bound(known.begin(), known.end(), one.value) - known.begin() : -1);
  const bool same =
      !at.empty() && std::all_of(at.begin(), at.end(), [&](const auto& i) { return i == at[0]; });
  return {{"values", list}, {"at", same ? at[0] : at}};
}

}  // namespace scansim
