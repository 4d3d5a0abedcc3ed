#include "host/sweep/spec_fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {

void spec_fields::refuse(const std::string& field, const std::string& expected,
                         const std::string& found) const {
  throw input_error(file_, field, expected, found);
}

void spec_fields::only_keys(const YAML::Node& map, const std::string& where,
                            const std::vector<std::string>& known) const {
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(no scalar)";
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse(where + key, fmt::format("one of {}", fmt::join(known, ", ")), "an unknown key");
  }
}

std::string spec_fields::scalar(const YAML::Node& node, const std::string& field) const {
  if (!node.IsDefined()) refuse(field, "a value", "no such key");
  if (!node.IsScalar() || node.Scalar().empty()) refuse(field, "one value", "a list, a map or nothing");
  return node.Scalar();
}

double spec_fields::number(const YAML::Node& node, const std::string& field) const {
  const std::string text = scalar(node, field);
  double value = 0;
  if (!YAML::convert<double>::decode(node, value) || !std::isfinite(value))
    refuse(field, "a number", "'" + text + "'");
  return value;
}

int64_t spec_fields::integer(const YAML::Node& node, const std::string& field) const {
  const double value = number(node, field);
  if (value != std::floor(value) || std::abs(value) > 1e15) refuse(field, "a whole number", node.Scalar());
  return static_cast<int64_t>(value);
}

uint64_t spec_fields::unsigned_integer(const YAML::Node& node, const std::string& field) const {
  const int64_t value = integer(node, field);
  if (value < 0) refuse(field, "a whole number from 0 on", node.Scalar());
  return static_cast<uint64_t>(value);
}

uint64_t spec_fields::counted(const YAML::Node& node, const std::string& field, uint64_t low,
                              uint64_t high) const {
  const uint64_t value = unsigned_integer(node, field);
  if (value < low || value > high) refuse(field, fmt::format("a number in {}..{}", low, high), node.Scalar());
  return value;
}

sweep_value spec_fields::value(const YAML::Node& node, const std::string& field) const {
  const std::string text = scalar(node, field);
  double number = 0;
  if (YAML::convert<double>::decode(node, number) && std::isfinite(number)) return number;
  if (one_line(text) != text) refuse(field, "a text of one line", "'" + text + "'");
  return text;
}

}  // namespace scansim
