#include "sim/mem/memory_parameter_file.h"

#include <fmt/format.h>

#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

std::string shown(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  return node.IsScalar() ? fmt::format("'{}'", node.Scalar()) : std::string("a list or a map");
}

}  // namespace

memory_parameter_file::memory_parameter_file(const std::string& directory, const std::string& model)
    : path_(directory + "/" + model + ".yaml"), root_(load_yaml(path_)) {
  if (!root_.IsMap()) throw input_error(path_, "file", "a map of parameters", shown(root_));
}

YAML::Node memory_parameter_file::field_node(const std::string& field) {
  read_.insert(field);
  const YAML::Node node = std::as_const(root_)[field];
  if (!node || node.IsNull()) throw input_error(path_, field, "a value", "nothing");
  return node;
}

int memory_parameter_file::integer(const std::string& field, int lowest, int highest) {
  const YAML::Node node = field_node(field);
  int value = 0;
  if (!node.IsScalar() || !YAML::convert<int>::decode(node, value) || value < lowest || value > highest)
    throw input_error(path_, field, fmt::format("a whole number in {}..{}", lowest, highest), shown(node));
  return value;
}

double memory_parameter_file::number(const std::string& field, double lowest, double highest) {
  const YAML::Node node = field_node(field);
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) ||
      !(value >= lowest && value <= highest))
    throw input_error(path_, field, fmt::format("a number in {}..{}", lowest, highest), shown(node));
  return value;
}

bool memory_parameter_file::flag(const std::string& field) {
  const YAML::Node node = field_node(field);
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value))
    throw input_error(path_, field, "true or false", shown(node));
  return value;
}

std::vector<std::string> memory_parameter_file::words(const std::string& field) {
  const YAML::Node node = field_node(field);
  std::vector<std::string> values;
  if (!node.IsSequence()) throw input_error(path_, field, "a list of words", shown(node));
  for (const auto& item : node) {
    if (!item.IsScalar()) throw input_error(path_, field, "a list of words", shown(item));
    values.push_back(item.Scalar());
  }
  return values;
}

void memory_parameter_file::finish() const {
  for (const auto& item : root_) {
    const std::string name = item.first.IsScalar() ? item.first.Scalar() : std::string("?");
    if (name == "source") continue;
    if (!read_.contains(name)) throw input_error(path_, name, "a known parameter", "an unknown name");
  }
}

}  // namespace scansim
