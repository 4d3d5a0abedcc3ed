// A flat YAML map of one memory model's parameters, <directory>/<model>.yaml, and settings that stand for
// some of them. Every field is required, range-checked and must be asked for: finish() refuses a file with a
// field nobody read, so a misspelt name never passes silently. All errors are input_error with the file and
// the field, or the setting as a design point names it (memory.<field>).
#pragma once
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim {

class memory_parameter_file {
 public:
  memory_parameter_file(const std::string& directory, const std::string& model,
                        const memory_settings& set = {});

  int integer(const std::string& field, int lowest, int highest);
  double number(const std::string& field, double lowest, double highest);
  bool flag(const std::string& field);
  std::vector<std::string> words(const std::string& field);
  void finish() const;

  std::vector<std::string> names() const;  // of the parameters
  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const;

 private:
  YAML::Node field_node(const std::string& field);

  std::string path_;
  YAML::Node root_;
  const memory_settings set_;
  std::set<std::string> read_;
};

}  // namespace scansim
