// A flat YAML map of one memory model's parameters, <directory>/<model>.yaml. Every field is required,
// range-checked and must be asked for: finish() refuses a file with a field nobody read, so a misspelt name
// never passes silently. All errors are input_error with the file and the field.
#pragma once
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <vector>

namespace scansim {

class memory_parameter_file {
 public:
  memory_parameter_file(const std::string& directory, const std::string& model);

  int integer(const std::string& field, int lowest, int highest);
  double number(const std::string& field, double lowest, double highest);
  bool flag(const std::string& field);
  std::vector<std::string> words(const std::string& field);
  void finish() const;

  const std::string& path() const { return path_; }

 private:
  YAML::Node field_node(const std::string& field);

  std::string path_;
  YAML::Node root_;
  std::set<std::string> read_;
};

}  // namespace scansim
