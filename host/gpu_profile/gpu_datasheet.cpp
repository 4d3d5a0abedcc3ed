#include "host/gpu_profile/gpu_datasheet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "traces/input_error.h"
#include "traces/strict_json.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

struct sourced_value {
  double value = 0;
  std::string source;
};

class datasheet_reader {
 public:
  explicit datasheet_reader(const std::string& file) : file_(file), root_(load_yaml(file)) {
    std::vector<std::string> keys = {"device", "compute_capability", "multiprocessors", "power_limit"};
    for (const ceiling_unit& one : ceiling_units) keys.push_back(one.name);
    if (root_.IsMap() && root_["cuda_names"]) keys.push_back("cuda_names");
    check_keys(root_, "file", keys);
  }

  std::string text(const YAML::Node& node, const std::string& field) const {
    if (!node.IsScalar() || node.Scalar().empty()) throw input_error(file_, field, "a text", "none");
    return node.Scalar();
  }
  std::string device() const { return text(root_["device"], "device"); }
  std::string compute_capability() const {
    const std::string found = text(root_["compute_capability"], "compute_capability");
    const size_t point = found.find('.');  // "9.0", "12.0"
    bool good = (point == 1 || point == 2) && found.size() == point + 2;
    for (size_t k = 0; k < found.size(); ++k)
      good = good && (k == point || (found[k] >= '0' && found[k] <= '9'));
    if (!good) throw input_error(file_, "compute_capability", "a version as 9.0", printable(found));
    return found;
  }
  std::vector<std::string> cuda_names() const {
    std::vector<std::string> names;
    const YAML::Node list = root_["cuda_names"];
    if (!list) return names;
    if (!list.IsSequence()) throw input_error(file_, "cuda_names", "a list of names", "none");
    for (const auto& name : list) names.push_back(text(name, "cuda_names"));
    return names;
  }
  int multiprocessors() const {
    const std::string found = text(root_["multiprocessors"], "multiprocessors");
    int count = 0;
    const char* end = found.data() + found.size();
    const auto [stop, failed] = std::from_chars(found.data(), end, count);
    if (failed != std::errc() || stop != end || count <= 0)
      throw input_error(file_, "multiprocessors", "a whole number > 0", printable(found));
    return count;
  }

  sourced_value value(const std::string& key, const std::string& unit) const {
    const YAML::Node node = root_[key];
    check_keys(node, key, {"value", "unit", "source"});
    const std::string given = text(node["unit"], key + ".unit"), number = text(node["value"], key + ".value");
    if (given != unit) throw input_error(file_, key + ".unit", unit, printable(given));
    sourced_value result;
    const char* end = number.data() + number.size();
    const auto [stop, failed] = std::from_chars(number.data(), end, result.value);
    if (failed != std::errc() || stop != end || !std::isfinite(result.value) || result.value <= 0)
      throw input_error(file_, key + ".value", "a number > 0", printable(number));
    result.source = text(node["source"], key + ".source");
    return result;
  }

 private:
  void check_keys(const YAML::Node& node, const std::string& field,
                  const std::vector<std::string>& keys) const {
    if (!node.IsMap())
      throw input_error(file_, field, fmt::format("a map of {}", fmt::join(keys, ", ")), "none");
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        throw input_error(file_, field == "file" ? printable(key) : field + "." + printable(key),
                          fmt::format("one of {}", fmt::join(keys, ", ")), "an unknown key");
    }
    for (const std::string& key : keys)
      if (!node[key])
        throw input_error(file_, field == "file" ? key : field + "." + key, "a value", "no such key");
  }

  std::string file_;
  YAML::Node root_;
};

}  // namespace

std::vector<std::string> list_gpu_datasheets(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  if (failed) throw input_error(folder, "GPU datasheets", "a directory", failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

gpu_datasheet load_gpu_datasheet(const std::string& name_or_path, const std::string& folder) {
  const fs::path given = name_or_path;
  const bool is_path = is_yaml_path(name_or_path);
  if (!is_path) {
    const std::vector<std::string> names = list_gpu_datasheets(folder);
    if (std::find(names.begin(), names.end(), name_or_path) == names.end())
      throw input_error("command line", "--gpu-model",
                        fmt::format("one of {} or a path that ends in .yaml or .yml", fmt::join(names, ", ")),
                        "'" + printable(name_or_path) + "'");
  }
  const datasheet_reader reader(is_path ? name_or_path : folder + "/" + name_or_path + ".yaml");
  gpu_datasheet sheet;
  sheet.name = given.stem().string();
  sheet.device = reader.device();
  sheet.compute_capability = reader.compute_capability();
  sheet.multiprocessors = reader.multiprocessors();
  for (const auto& [key, unit] : ceiling_units) {
    const sourced_value ceiling = reader.value(key, unit);
    const bool assumed = ceiling.source.starts_with("assumption:");
    sheet.ceilings.push_back(
        {key, unit, ceiling.value, assumed ? "assumption" : "datasheet", ceiling.source});
  }
  const sourced_value power = reader.value("power_limit", "W");
  sheet.power_limit_w = power.value;
  sheet.power_source = power.source;
  sheet.cuda_names = reader.cuda_names();
  return sheet;
}

}  // namespace scansim
