#include "host/sweep/sweep_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "host/sweep/sweep_results.h"
#include "host/sweep/sweep_workload.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

constexpr size_t most_values = 4096;  // of one parameter
constexpr uint64_t most_sampled = 1'000'000, most_population = 10'000, most_generations = 10'000;
constexpr int format_version = 1;

class spec_reader {
 public:
  spec_reader(const std::string& file, const std::string& folder)
      : file_(file), folder_(folder), root_(load_yaml(file)) {
    if (!root_.IsMap()) refuse("file", "a map", "no map");
  }

  sweep_spec read() {
    only_keys(root_, "",
              {"sweep", "base", "workloads", "space", "constraints", "sample", "objectives", "memory_seed"});
    spec_.file = file_;
    spec_.root = folder_;
    if (integer(root_["sweep"], "sweep") != format_version)
      refuse("sweep", "the format version 1", root_["sweep"].Scalar());
    spec_.base = scalar(root_["base"], "base");
    spec_.base_point =
        is_yaml_path(spec_.base)
            ? load_design_point(placed(spec_.base), config_directory())
            : made_from(file_, [&] { return load_design_point(spec_.base, config_directory()); });
    point_ = to_json(spec_.base_point);
    spec_.workloads = read_workloads(root_["workloads"], file_, folder_);
    read_space();
    read_constraints();
    read_sample();
    read_objectives();
    if (root_["memory_seed"]) spec_.memory_seed = unsigned_integer(root_["memory_seed"], "memory_seed");
    std::ifstream text(file_, std::ios::binary);
    spec_.text.assign(std::istreambuf_iterator<char>(text), {});
    return std::move(spec_);
  }

 private:
  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const {
    throw input_error(file_, field, expected, found);
  }
  void only_keys(const YAML::Node& map, const std::string& where,
                 const std::vector<std::string>& known) const {
    for (const auto& entry : map) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(no scalar)";
      if (std::find(known.begin(), known.end(), key) == known.end())
        refuse(where + key, fmt::format("one of {}", fmt::join(known, ", ")), "an unknown key");
    }
  }
  std::string scalar(const YAML::Node& node, const std::string& field) const {
    if (!node.IsDefined()) refuse(field, "a value", "no such key");
    if (!node.IsScalar() || node.Scalar().empty()) refuse(field, "one value", "a list, a map or nothing");
    return node.Scalar();
  }
  double number(const YAML::Node& node, const std::string& field) const {
    const std::string text = scalar(node, field);
    double value = 0;
    if (!YAML::convert<double>::decode(node, value) || !std::isfinite(value))
      refuse(field, "a number", "'" + text + "'");
    return value;
  }
  int64_t integer(const YAML::Node& node, const std::string& field) const {
    const double value = number(node, field);
    if (value != std::floor(value) || std::abs(value) > 1e15) refuse(field, "a whole number", node.Scalar());
    return static_cast<int64_t>(value);
  }
  uint64_t unsigned_integer(const YAML::Node& node, const std::string& field) const {
    const int64_t value = integer(node, field);
    if (value < 0) refuse(field, "a whole number from 0 on", node.Scalar());
    return static_cast<uint64_t>(value);
  }
  uint64_t counted(const YAML::Node& node, const std::string& field, uint64_t low, uint64_t high) const {
    const uint64_t value = unsigned_integer(node, field);
    if (value < low || value > high)
      refuse(field, fmt::format("a number in {}..{}", low, high), node.Scalar());
    return value;
  }
  sweep_value value(const YAML::Node& node, const std::string& field) const {
    const std::string text = scalar(node, field);
    double number = 0;
    if (YAML::convert<double>::decode(node, number) && std::isfinite(number)) return number;
    return text;
  }

  void read_space();
  sweep_parameter read_parameter(const std::string& name, const YAML::Node& node) const;
  void read_values(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  void read_rule(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  void read_map(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  std::vector<double> bounds(const YAML::Node& node, const std::string& field, size_t count) const;
  // A field of the design point, or memory.<parameter> of some memory model.
  bool is_name(const std::string& name) const {
    const auto& known = memory_names_;
    return is_point_field(point_, name) ||
           std::find(known.begin(), known.end(), memory_setting_of(name)) != known.end();
  }
  // Something gives it a value wherever it can be read.
  bool is_set(const std::string& name) const {
    return is_point_field(point_, name) ||
           std::any_of(spec_.space.begin(), spec_.space.end(),
                       [&](const sweep_parameter& one) { return one.name == name; });
  }
  void check_names(const expression& one, const std::string& field) const;
  void read_constraints();
  void read_sample();
  void read_list(const std::string& file);
  void read_objectives();

  std::string placed(const std::string& path) const {
    return (std::filesystem::path(folder_) / path).lexically_normal().string();
  }

  std::string file_, folder_;
  YAML::Node root_;
  sweep_spec spec_;
  nlohmann::json point_;  // the base
  const std::vector<std::string> memory_names_ = memory_parameter_names(memory_directory());
};

void spec_reader::read_space() {
  const YAML::Node space = root_["space"];
  if (!space.IsDefined() || !space.IsMap() || space.size() == 0)
    refuse("space", "a map of parameters", space.IsDefined() ? "no map" : "no such key");
  for (const auto& entry : space) {
    const std::string name = entry.first.Scalar(), field = "space." + name;
    if (!is_name(name))
      refuse(field,
             "a field of a design point (scansim config show " + spec_.base + ") or memory. and a parameter",
             "an unknown name");
    const auto twice = [&](const sweep_parameter& other) { return other.name == name; };
    if (std::any_of(spec_.space.begin(), spec_.space.end(), twice)) refuse(field, "one entry", "two");
    spec_.space.push_back(read_parameter(name, entry.second));
  }
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
    parameter.when.emplace(scalar(node["when"], field + ".when"), file_, field + ".when");
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
    parameter.derived.emplace(scalar(node["expr"], field + ".expr"), file_, field + ".expr");
    check_names(*parameter.derived, field + ".expr");
  }
  if (node["with"] || node["map"]) read_map(parameter, node, field);
}

void spec_reader::read_map(sweep_parameter& parameter, const YAML::Node& node,
                           const std::string& field) const {
  parameter.with = scalar(node["with"], field + ".with");
  check_names(expression(parameter.with, file_, field + ".with"), field + ".with");
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

void spec_reader::read_constraints() {
  const YAML::Node list = root_["constraints"];
  if (!list.IsDefined()) return;
  if (!list.IsSequence()) refuse("constraints", "a list of conditions", "no list");
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string field = fmt::format("constraints[{}]", i);
    expression one(scalar(list[i], field), file_, field);
    bool of_results = false;
    for (const std::string& name : one.names()) {
      if (is_set(name)) continue;
      if (!is_sweep_result(name))
        refuse(field, "names of design-point fields or of results (" + sweep_result_names() + ")",
               "'" + name + "'");
      of_results = true;
    }
    (of_results ? spec_.result_constraints : spec_.constraints).push_back(std::move(one));
  }
}

void spec_reader::read_sample() {
  const YAML::Node sample = root_["sample"];
  if (!sample.IsDefined()) return;
  if (!sample.IsMap()) refuse("sample", "a map with method", "no map");
  const std::string method = scalar(sample["method"], "sample.method");
  if (method == "grid") {
    only_keys(sample, "sample.", {"method"});
  } else if (method == "random" || method == "sobol") {
    only_keys(sample, "sample.", {"method", "points", "seed"});
    spec_.method = method == "random" ? sample_method::random : sample_method::sobol;
    spec_.sample_points = counted(sample["points"], "sample.points", 1, most_sampled);
  } else if (method == "nsga2") {
    only_keys(sample, "sample.", {"method", "population", "generations", "seed"});
    spec_.method = sample_method::nsga2;
    spec_.population = counted(sample["population"], "sample.population", 4, most_population);
    spec_.generations = counted(sample["generations"], "sample.generations", 1, most_generations);
  } else if (method == "list") {
    only_keys(sample, "sample.", {"method", "file"});
    spec_.method = sample_method::list;
    read_list(placed(scalar(sample["file"], "sample.file")));
  } else if (method == "asked") {
    only_keys(sample, "sample.", {"method"});
    spec_.method = sample_method::asked;
  } else {
    refuse("sample.method", "grid, random, sobol, nsga2, list or asked", "'" + method + "'");
  }
  if (sample["seed"]) spec_.sample_seed = unsigned_integer(sample["seed"], "sample.seed");
}

// CSV: names of sampled parameters, then one row a point.
void spec_reader::read_list(const std::string& file) {
  std::ifstream lines(file);
  if (!lines)
    throw input_error(file, "file", "a CSV of points (sample.file of " + file_ + ")", "no such file");
  const auto cells = [](const std::string& line) {
    std::vector<std::string> parts(1);
    for (const char letter : line) {
      if (letter == ',')
        parts.emplace_back();
      else if (letter != '\r' && letter != '"')
        parts.back() += letter;
    }
    return parts;
  };
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  for (const std::string& name : names)
    if (std::none_of(spec_.space.begin(), spec_.space.end(),
                     [&](const sweep_parameter& one) { return one.name == name && !one.values.empty(); }))
      throw input_error(file, "line 1", "sampled parameters of " + file_, "'" + name + "'");
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    const std::vector<std::string> values = cells(line);
    if (values.size() != names.size())
      throw input_error(file, fmt::format("line {}", number), fmt::format("{} values", names.size()),
                        fmt::format("{}", values.size()));
    auto& row = spec_.listed.emplace_back();
    for (size_t i = 0; i < names.size(); ++i)
      row.emplace_back(names[i], value(YAML::Node(values[i]), fmt::format("{} line {}", file, number)));
  }
}

void spec_reader::read_objectives() {
  const YAML::Node list = root_["objectives"];
  if (!list.IsDefined()) {
    spec_.objectives = {{"time_s"}, {"energy_j"}};
    return;
  }
  if (!list.IsSequence() || list.size() == 0) refuse("objectives", "a list of {min: result}", "none");
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string field = fmt::format("objectives[{}]", i);
    if (!list[i].IsMap() || list[i].size() != 1)
      refuse(field, "{min: result} or {max: result}", "something else");
    only_keys(list[i], field + ".", {"min", "max"});
    const bool maximise = list[i]["max"].IsDefined();
    const std::string result = scalar(list[i][maximise ? "max" : "min"], field);
    if (!is_sweep_result(result)) refuse(field, "one of " + sweep_result_names(), "'" + result + "'");
    spec_.objectives.push_back({result, maximise});
  }
}

}  // namespace

sweep_value field_value(const nlohmann::json& point, const std::string& name) {
  if (name == region_skew_key && !point.contains(name)) return double{default_region_skew};
  const nlohmann::json& found = point.at(name);
  if (found.is_string()) return found.get<std::string>();
  return found.get<double>();
}

bool is_point_field(const nlohmann::json& point, const std::string& name) {
  return name != "name" && (point.contains(name) || name == region_skew_key);
}

sweep_spec load_sweep_spec(const std::string& file, const std::string& root) {
  return spec_reader(file, root).read();
}

}  // namespace scansim
