#include "host/sweep/sweep_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/sweep/operator_workload.h"
#include "host/sweep/spec_fields.h"
#include "host/sweep/spec_rungs.h"
#include "host/sweep/spec_sample.h"
#include "host/sweep/sweep_results.h"
#include "host/sweep/sweep_workload.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

constexpr size_t most_values = 4096;  // of one parameter
constexpr int format_version = 1;

class spec_reader : private spec_fields {
 public:
  spec_reader(const std::string& file, const std::string& folder)
      : spec_fields(file), folder_(folder), root_(load_yaml(file)) {
    if (!root_.IsMap()) refuse("file", "a map", "no map");
  }

  sweep_spec read(const std::string& fits) {
    only_keys(root_, "",
              {"sweep", "base", "workloads", "space", "constraints", "sample", "objectives", "memory_seed",
               "fits", "reference", "rungs", "limits"});
    spec_.file = file();
    spec_.root = folder_;
    if (integer(root_["sweep"], "sweep") != format_version)
      refuse("sweep", "the format version 1", root_["sweep"].Scalar());
    spec_.base = scalar(root_["base"], "base");
    spec_.base_point =
        is_yaml_path(spec_.base)
            ? load_design_point(placed(spec_.base), config_directory())
            : made_from(file(), [&] { return load_design_point(spec_.base, config_directory()); });
    point_ = to_json(spec_.base_point);
    spec_.workloads = read_workloads(root_["workloads"], file(), folder_);
    read_space();
    if (!has_more_than_a_scan())
      spec_.area = std::make_shared<const area_model>(area_directory() + "/synthesised.json");
    read_constraints();
    if (root_["sample"]) read_sample(*this, root_["sample"], folder_, spec_);
    read_objectives();
    if (root_["memory_seed"]) spec_.memory_seed = unsigned_integer(root_["memory_seed"], "memory_seed");
    if (root_["reference"].IsDefined()) read_reference(root_["reference"]);
    if (root_["rungs"].IsDefined()) read_rungs(*this, root_["rungs"], spec_);
    if (root_["limits"].IsDefined()) read_limits(*this, root_["limits"], spec_.limits);
    std::ifstream text(file(), std::ios::binary);
    spec_.text.assign(std::istreambuf_iterator<char>(text), {});
    read_part(fits);
    return std::move(spec_);
  }

 private:
  void read_space();
  void check_setting(const std::string& setting, const sweep_parameter& parameter,
                     const std::string& field) const;
  sweep_parameter read_parameter(const std::string& name, const YAML::Node& node) const;
  void read_values(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  void read_rule(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  void read_map(sweep_parameter& parameter, const YAML::Node& node, const std::string& field) const;
  std::vector<double> bounds(const YAML::Node& node, const std::string& field, size_t count) const;
  // A field of the design point, memory.<parameter> of some memory model, or call.<setting>.
  bool is_name(const std::string& name) const {
    const auto& known = memory_names_;
    return is_point_field(point_, name) || !call_setting_of(name).empty() ||
           std::find(known.begin(), known.end(), memory_setting_of(name)) != known.end();
  }
  bool is_taken(const std::string& setting) const {
    return std::any_of(spec_.workloads.begin(), spec_.workloads.end(), [&](const sweep_workload& one) {
      return one.call && takes_setting(*one.call, setting);
    });
  }
  // Something gives it a value wherever it can be read.
  bool is_set(const std::string& name) const {
    return is_point_field(point_, name) ||
           std::any_of(spec_.space.begin(), spec_.space.end(),
                       [&](const sweep_parameter& one) { return one.name == name; });
  }
  void check_names(const expression& one, const std::string& field) const;
  bool has_more_than_a_scan() const {
    return spec_.base_point.has_units() || spec_.base_point.max_sets > 0 ||
           std::any_of(spec_.space.begin(), spec_.space.end(), [](const sweep_parameter& one) {
             return one.name == "gemm_depth" || one.name == "max_sets";
           });
  }
  void need_area(const std::string& field, const std::string& result) const {
    if (!spec_.area)
      refuse(field,
             "results other than area, which is known of machines for single scans alone (gemm_depth 0, "
             "max_sets 0)",
             "'" + result + "'");
  }
  void need_values(const std::string& field, const std::string& result) {
    if (!has_values(spec_))
      refuse(field, "results other than accuracy, which needs a workload with values (a trace, an operator)",
             "'" + result + "'");
    spec_.values = true;
  }
  void read_part(const std::string& asked);
  void read_constraints();
  void read_objectives();
  void read_reference(const YAML::Node& map);

  std::string placed(const std::string& path) const {
    return (std::filesystem::path(folder_) / path).lexically_normal().string();
  }

  const std::string folder_;
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

// The text that is kept says it too, so that a folder knows what its points had to fit.
void spec_reader::read_part(const std::string& asked) {
  const std::string given = root_["fits"] ? scalar(root_["fits"], "fits") : "";
  const std::string name = given.empty() ? asked : given;
  if (name.empty()) return;
  if (!asked.empty() && asked != name)
    refuse("fits", "the part of --fits, '" + asked + "'", "'" + name + "'");
  need_area("fits", name);
  spec_.part = find_fpga_part(name, area_directory() + "/parts.json", file());
  if (given.empty()) spec_.text += fmt::format("\nfits: {}\n", name);
}

void spec_reader::read_constraints() {
  const YAML::Node list = root_["constraints"];
  if (!list.IsDefined()) return;
  if (!list.IsSequence()) refuse("constraints", "a list of conditions", "no list");
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string field = fmt::format("constraints[{}]", i);
    expression one(scalar(list[i], field), file(), field);
    bool of_results = false;
    for (const std::string& name : one.names()) {
      if (is_set(name)) continue;
      if (!is_sweep_result(name))
        refuse(field, "names of design-point fields or of results (" + sweep_result_names() + ")",
               "'" + name + "'");
      if (is_area_result(name)) need_area(field, name);
      if (is_accuracy_result(name)) need_values(field, name);
      of_results = true;
    }
    if (one.names().empty()) refuse(field, "a condition over parameters or results", "'" + one.text() + "'");
    (of_results ? spec_.result_constraints : spec_.constraints).push_back(std::move(one));
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
    if (is_area_result(result)) need_area(field, result);
    if (is_accuracy_result(result)) need_values(field, result);
    for (const sweep_objective& before : spec_.objectives)
      if (before.result == result) refuse(field, "every result once", "'" + result + "' twice");
    spec_.objectives.push_back({result, maximise});
  }
}

// A GPU is a line in the plots, with its label, and no point of the front.
void spec_reader::read_reference(const YAML::Node& map) {
  if (!map.IsMap()) refuse("reference", "a map with gpu, model, precision or device", "no map");
  only_keys(map, "reference.", {"gpu", "model", "precision", "device"});
  const auto one_of = [&](const char* key, const std::vector<std::string>& known, std::string& value) {
    if (!map[key]) return;
    const std::string field = std::string("reference.") + key;
    value = scalar(map[key], field);
    if (std::find(known.begin(), known.end(), value) == known.end())
      refuse(field, fmt::format("one of {}", fmt::join(known, ", ")), "'" + value + "'");
  };
  gpu_choice& gpu = *spec_.reference;
  one_of("gpu", {"auto", "recorded", "modelled", "none"}, gpu.source);
  one_of("model", list_gpu_datasheets(data_directory() + "/models/gpu"), gpu.model);
  one_of("precision", {"fp32", "fp16", "bf16", "int8"}, gpu.precision);
  if (map["device"]) gpu.device = scalar(map["device"], "reference.device");
  if (gpu.source == "none") spec_.reference.reset();
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

sweep_spec load_sweep_spec(const std::string& file, const std::string& root, const std::string& fits) {
  return spec_reader(file, root).read(fits);
}

}  // namespace scansim
