// Reading a design point: YAML text, overrides and JSON all become one map from key to text, so that there is
// one parser of values and one set of messages.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "models/configs/design_point.h"
#include "models/configs/parameter_range.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/strict_json.h"
#include "traces/yaml_document.h"

namespace scansim {

namespace {

namespace fs = std::filesystem;

struct written_value {
  std::string text;
  std::string where;  // the file, or the override, that wrote it
};
using written_values = std::map<std::string, written_value>;

std::string quoted(const std::string& text) { return fmt::format("\"{}\"", printable(text)); }

bool is_field(const std::string& key) {
  if (key == "clock_mhz" || key == "memory" || key == "technology" || key == region_skew_key) return true;
  if (!memory_setting_of(key).empty()) return true;
  return std::any_of(std::begin(map::parameters), std::end(map::parameters),
                     [&](const parameter_row& field) { return key == field.key; });
}

written_values read_yaml(const std::string& file) {
  const YAML::Node root = load_yaml(file);
  if (!root.IsMap()) throw input_error(file, "file", "a map of parameters", "no map");
  written_values values;
  for (const auto& entry : root) {
    if (!entry.first.IsScalar()) throw input_error(file, "file", "scalar keys", "a key that is no scalar");
    const std::string key = entry.first.Scalar();
    if (!is_field(key))
      throw input_error(file, quoted(key), "a parameter of a design point", "an unknown key");
    const bool list = !memory_setting_of(key).empty() && entry.second.IsSequence();
    if (!entry.second.IsScalar() && !list)
      throw input_error(file, key, "one value", "a list, a map or nothing");
    values[key] = {list ? YAML::Dump(entry.second) : entry.second.Scalar(), file};
  }
  return values;
}

void apply_overrides(written_values& values, const std::vector<std::string>& overrides) {
  for (const std::string& pair : overrides) {
    const std::string where = "override " + quoted(pair);
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) throw input_error(where, "override", "key=value", "no '='");
    const std::string key = pair.substr(0, equals);
    if (!is_field(key))
      throw input_error(where, quoted(key), "a parameter of a design point", "an unknown key");
    values[key] = {pair.substr(equals + 1), where};
  }
}

template <class number>
number parse_number(const written_value& value, const std::string& key, const std::string& expected) {
  number parsed = 0;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, parsed);
  if (error != std::errc() || stop != end) throw input_error(value.where, key, expected, quoted(value.text));
  return parsed;
}

design_point build_point(const std::string& name, const std::string& file, const written_values& values) {
  const auto value_of = [&](const std::string& key, const std::string& expected) {
    const auto found = values.find(key);
    if (found == values.end()) throw input_error(file, key, expected, "no such key");
    return found->second;
  };
  design_point point;
  point.name = one_line(name);
  point.clock_mhz =
      parse_number<double>(value_of("clock_mhz", "a number of MHz"), "clock_mhz", "a number of MHz");
  for (const parameter_row& field : map::parameters) {
    const std::string expected = expected_range(field);
    if (field.absent >= 0 && !values.contains(field.key)) {
      point.*field.member = field.absent;
      continue;
    }
    point.*field.member = parse_number<int>(value_of(field.key, expected), field.key, expected);
  }
  point.memory = value_of("memory", "the name of a memory model").text;
  point.technology = value_of("technology", "the name of a cost table").text;
  if (const auto found = values.find(region_skew_key); found != values.end())
    point.region_skew_pages =
        parse_number<int>(found->second, region_skew_key, fmt::format("a number in 0..{}", most_region_skew));
  for (const auto& [key, value] : values)
    if (const std::string setting = memory_setting_of(key); !setting.empty())
      point.memory_settings[setting] = value.text;
  return point;
}

}  // namespace

std::vector<std::string> list_design_points(const std::string& config_dir) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(config_dir, failed)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  if (failed) throw input_error(config_dir, "design points", "a directory", failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

design_point load_design_point(const std::string& name_or_path, const std::string& config_dir,
                               const std::vector<std::string>& overrides) {
  const fs::path given = name_or_path;
  const bool is_path = is_yaml_path(name_or_path);
  if (!is_path) {
    const std::vector<std::string> names = list_design_points(config_dir);
    if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
      std::string known;
      for (const std::string& name : names) known += name + ", ";
      throw input_error(config_dir, "design point",
                        "one of " + known + "or a path that ends in .yaml or .yml", quoted(name_or_path));
    }
  }
  const std::string file = is_path ? name_or_path : config_dir + "/" + name_or_path + ".yaml";
  written_values values = read_yaml(file);
  apply_overrides(values, overrides);
  const design_point point = build_point(given.stem().string(), file, values);
  std::string checked = file;
  for (const std::string& pair : overrides)
    checked += (&pair == overrides.data() ? " with " : ", ") + printable(pair);
  check_design_point(point, checked);
  return point;
}

design_point design_point_from_json(const nlohmann::json& object, const std::string& file) {
  if (!object.is_object()) throw input_error(file, "design_point", "an object", object.type_name());
  written_values values;
  std::string name;
  for (const auto& [key, value] : object.items()) {
    if (key == "name" && value.is_string()) {
      name = value.get<std::string>();
    } else if (is_field(key) && (value.is_string() || value.is_number() || value.is_boolean())) {
      values[key] = {value.is_string() ? value.get<std::string>() : value.dump(), file};
    } else {
      throw input_error(file, "design_point." + printable(key), "a parameter of a design point",
                        value.type_name());
    }
  }
  const design_point point = build_point(name, file, values);
  check_design_point(point, file);
  return point;
}

}  // namespace scansim
