// Values of a sweep file, read strictly: texts, numbers, whole numbers in a range, the keys that a map may
// have. Contract: everything else is an input_error of the file with the field that the caller names.
#pragma once
#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "host/sweep/sweep_spec.h"

namespace scansim {

class spec_fields {
 public:
  explicit spec_fields(std::string file) : file_(std::move(file)) {}

  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const;
  void only_keys(const YAML::Node& map, const std::string& where,
                 const std::vector<std::string>& known) const;
  std::string scalar(const YAML::Node& node, const std::string& field) const;
  double number(const YAML::Node& node, const std::string& field) const;
  int64_t integer(const YAML::Node& node, const std::string& field) const;
  uint64_t unsigned_integer(const YAML::Node& node, const std::string& field) const;
  uint64_t counted(const YAML::Node& node, const std::string& field, uint64_t low, uint64_t high) const;
  sweep_value value(const YAML::Node& node, const std::string& field) const;  // a number or a text
  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

}  // namespace scansim
