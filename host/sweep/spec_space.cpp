// The space of a sweep file: its parameters, each with its values or the rule that gives them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/sweep/spec_reader.h"

namespace scansim {
namespace {

constexpr size_t most_values = 4096;  // of one parameter

}  // namespace

void spec_reader::read_space() {
  const YAML::Node space = root_["space"];
  if (!space.IsDefined() || !space.IsMap() || space.size() == 0)
    refuse("space", "a map of parameters", space.IsDefined() ? "no map" : "no such key");
  for (const auto& entry : space) {
    const std::string name = entry.first.Scalar(), field = "space." + name;
    if (!is_name(name))
      refuse(field,
             "a field of a design point (scansim config show " + spec_.base +
                 "), memory. and a parameter or " + fmt::format("{}", fmt::join(call_settings(), ", ")),
             "an unknown name");
    const auto twice = [&](const sweep_parameter& other) { return other.name == name; };
    if (std::any_of(spec_.space.begin(), spec_.space.end(), twice)) refuse(field, "one entry", "two");
    spec_.space.push_back(read_parameter(name, entry.second));
    if (const std::string setting = call_setting_of(name); !setting.empty())
      check_setting(setting, spec_.space.back(), field);
  }
}

void spec_reader::check_setting(const std::string& setting, const sweep_parameter& parameter,
                                const std::string& field) const {
  if (!is_taken(setting)) refuse(field, "a workload of an operator that has this option", "none");
  std::vector<sweep_value> values = parameter.values;
  for (const auto& [from, value] : parameter.mapped) values.push_back(value);
  for (const sweep_value& value : values)
    if (!fits_setting(setting, value)) refuse(field, "true or false", "'" + text_of(value) + "'");
}

sweep_parameter spec_reader::read_parameter(const std::string& name, const YAML::Node& node) const {
  sweep_parameter parameter;
  parameter.name = name;
  const std::string field = "space." + name;
  if (node.IsMap())
    read_rule(parameter, node, field);
  else
    read_values(parameter, node, field);
  return parameter;
}

void spec_reader::read_values(sweep_parameter& parameter, const YAML::Node& node,
                              const std::string& field) const {
  if (node.IsScalar()) {
    parameter.values = {value(node, field)};
    return;
  }
  if (!node.IsSequence() || node.size() == 0) refuse(field, "a value, a list of values or a rule", "nothing");
  for (const YAML::Node& one : node) {
    const sweep_value found = value(one, field);
    if (std::find(parameter.values.begin(), parameter.values.end(), found) != parameter.values.end())
      refuse(field, "every value once", text_of(found) + " twice");
    parameter.values.push_back(found);
  }
  if (parameter.values.size() > most_values)
    refuse(field, fmt::format("at most {} values", most_values), std::to_string(parameter.values.size()));
}

std::vector<double> spec_reader::bounds(const YAML::Node& node, const std::string& field,
                                        size_t count) const {
  if (!node.IsSequence() || node.size() != count)
    refuse(field, fmt::format("a list of {} numbers", count),
           node.IsSequence() ? fmt::format("{}", node.size()) : "no list");
  std::vector<double> numbers;
  for (const YAML::Node& one : node) numbers.push_back(number(one, field));
  return numbers;
}

void spec_reader::read_rule(sweep_parameter& parameter, const YAML::Node& node,
                            const std::string& field) const {
  only_keys(node, field + ".", {"list", "pow2", "range", "expr", "with", "map", "when"});
  const size_t rules = node.size() - (node["when"] ? 1 : 0) - (node["with"] && node["map"] ? 1 : 0);
  if (rules != 1)
    refuse(field, "one of list, pow2, range, expr, with and map", fmt::format("{} of them", rules));
  if (node["when"]) {
    parameter.when.emplace(scalar(node["when"], field + ".when"), file(), field + ".when");
    check_names(*parameter.when, field + ".when");
  }
  if (node["list"]) read_values(parameter, node["list"], field + ".list");
  if (node["pow2"]) {
    const std::vector<double> ends = bounds(node["pow2"], field + ".pow2", 2);
    if (!(ends[0] > 0 && ends[0] <= ends[1])) refuse(field + ".pow2", "0 < first <= last", "another order");
    for (double value = ends[0]; value <= ends[1]; value *= 2) parameter.values.emplace_back(value);
  }
  if (node["range"]) {
    const std::vector<double> ends = bounds(node["range"], field + ".range", 3);
    if (!(ends[2] > 0 && ends[0] <= ends[1] && (ends[1] - ends[0]) / ends[2] < most_values))
      refuse(field + ".range", fmt::format("first <= last and a step, at most {} values", most_values),
             "another range");
    for (size_t i = 0; ends[0] + static_cast<double>(i) * ends[2] <= ends[1]; ++i)
      parameter.values.emplace_back(ends[0] + static_cast<double>(i) * ends[2]);
  }
  if (node["expr"]) {
    parameter.derived.emplace(scalar(node["expr"], field + ".expr"), file(), field + ".expr");
    check_names(*parameter.derived, field + ".expr");
  }
  if (node["with"] || node["map"]) read_map(parameter, node, field);
}

void spec_reader::read_map(sweep_parameter& parameter, const YAML::Node& node,
                           const std::string& field) const {
  parameter.with = scalar(node["with"], field + ".with");
  check_names(expression(parameter.with, file(), field + ".with"), field + ".with");
  if (!node["map"] || !node["map"].IsMap() || node["map"].size() == 0)
    refuse(field + ".map", "a map from values of " + parameter.with, "none");
  for (const auto& entry : node["map"]) {
    const std::string from = value(entry.first, field + ".map").index() == 0
                                 ? text_of(value(entry.first, field + ".map"))
                                 : entry.first.Scalar();
    parameter.mapped.emplace_back(from, value(entry.second, field + ".map." + from));
  }
}

// Of those above, or of the base: so there is no cycle.
void spec_reader::check_names(const expression& one, const std::string& field) const {
  for (const std::string& name : one.names()) {
    if (!is_name(name)) refuse(field, "names of design-point fields", "'" + name + "'");
    const bool above = std::any_of(spec_.space.begin(), spec_.space.end(),
                                   [&](const sweep_parameter& other) { return other.name == name; });
    if (!above && root_["space"][name].IsDefined())
      refuse(field, "names of parameters above it", "'" + name + "', which comes later or is itself");
    if (!is_set(name)) refuse(field, "names that have a value", "'" + name + "', which nothing sets");
  }
}

}  // namespace scansim
