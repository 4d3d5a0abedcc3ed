#include "host/sweep/sweep_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/sweep/spec_reader.h"
#include "host/sweep/spec_rungs.h"
#include "host/sweep/spec_sample.h"
#include "host/sweep/sweep_results.h"
#include "host/sweep/sweep_workload.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int format_version = 1;

}  // namespace

sweep_spec spec_reader::read(const std::string& fits) {
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

void spec_reader::need_area(const std::string& field, const std::string& result) const {
  if (!spec_.area)
    refuse(field,
           "results other than area, which is known of machines for single scans alone (gemm_depth 0, "
           "max_sets 0)",
           "'" + result + "'");
}

void spec_reader::need_values(const std::string& field, const std::string& result) {
  if (!has_values(spec_))
    refuse(field, "results other than accuracy, which needs a workload with values (a trace, an operator)",
           "'" + result + "'");
  spec_.values = true;
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
