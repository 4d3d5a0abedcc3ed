// Reads a sweep file (sweep_spec.h): the file as a whole (sweep_spec.cpp) and its space of parameters
// (spec_space.cpp). Contract: once; what is wrong is an input_error of the file with the field.
#pragma once
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "host/sweep/operator_workload.h"
#include "host/sweep/spec_fields.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "traces/yaml_document.h"

namespace scansim {

class spec_reader : private spec_fields {
 public:
  spec_reader(const std::string& file, const std::string& folder)
      : spec_fields(file), folder_(folder), root_(load_yaml(file)) {
    if (!root_.IsMap()) refuse("file", "a map", "no map");
  }

  sweep_spec read(const std::string& fits);

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
  void need_area(const std::string& field, const std::string& result) const;
  void need_values(const std::string& field, const std::string& result);
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

}  // namespace scansim
