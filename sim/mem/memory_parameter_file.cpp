#include "sim/mem/memory_parameter_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

std::string shown(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  return node.IsScalar() ? fmt::format("'{}'", node.Scalar()) : std::string("a list or a map");
}

}  // namespace

memory_parameter_file::memory_parameter_file(const std::string& directory, const std::string& model,
                                             const memory_settings& set)
    : path_(directory + "/" + model + ".yaml"), root_(load_yaml(path_)), set_(set) {
  if (!root_.IsMap()) throw input_error(path_, "file", "a map of parameters", shown(root_));
  const std::vector<std::string> known = names();
  for (const auto& [name, text] : set_)
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse(name, fmt::format("a parameter of {}: {}", model, fmt::join(known, ", ")), "'" + text + "'");
}

std::vector<std::string> memory_parameter_file::names() const {
  std::vector<std::string> names;
  for (const auto& item : root_)
    if (item.first.IsScalar() && item.first.Scalar() != "source") names.push_back(item.first.Scalar());
  return names;
}

void memory_parameter_file::refuse(const std::string& field, const std::string& expected,
                                   const std::string& found) const {
  if (set_.contains(field)) throw input_error("design point", "memory." + field, expected, found);
  std::string with;
  for (const auto& [name, text] : set_)
    with += fmt::format("{}memory.{}={}", with.empty() ? " with " : ", ", name, text);
  throw input_error(path_, field, expected, found + with);
}

YAML::Node memory_parameter_file::field_node(const std::string& field) {
  read_.insert(field);
  if (const auto setting = set_.find(field); setting != set_.end()) {
    try {
      return YAML::Load(setting->second);
    } catch (const YAML::Exception&) {
      refuse(field, "a value", "no YAML");
    }
  }
  const YAML::Node node = std::as_const(root_)[field];
  if (!node || node.IsNull()) refuse(field, "a value", "nothing");
  return node;
}

int memory_parameter_file::integer(const std::string& field, int lowest, int highest) {
  const YAML::Node node = field_node(field);
  int value = 0;
  if (!node.IsScalar() || !YAML::convert<int>::decode(node, value) || value < lowest || value > highest)
    refuse(field, fmt::format("a whole number in {}..{}", lowest, highest), shown(node));
  return value;
}

double memory_parameter_file::number(const std::string& field, double lowest, double highest) {
  const YAML::Node node = field_node(field);
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) ||
      !(value >= lowest && value <= highest))
    refuse(field, fmt::format("a number in {}..{}", lowest, highest), shown(node));
  return value;
}

bool memory_parameter_file::flag(const std::string& field) {
  const YAML::Node node = field_node(field);
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value))
    refuse(field, "true or false", shown(node));
  return value;
}

std::vector<std::string> memory_parameter_file::words(const std::string& field) {
  const YAML::Node node = field_node(field);
  std::vector<std::string> values;
  if (!node.IsSequence()) refuse(field, "a list of words", shown(node));
  for (const auto& item : node) {
    if (!item.IsScalar()) refuse(field, "a list of words", shown(item));
    values.push_back(item.Scalar());
  }
  return values;
}

void memory_parameter_file::finish() const {
  for (const auto& item : root_) {
    const std::string name = item.first.IsScalar() ? item.first.Scalar() : std::string("?");
    if (name == "source") continue;
    if (!read_.contains(name)) refuse(name, "a known parameter", "an unknown name");
  }
}

}  // namespace scansim
