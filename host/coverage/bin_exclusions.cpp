#include "host/coverage/bin_exclusions.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

std::string text_of(const YAML::Node& entry, const char* key, const std::string& file) {
  const YAML::Node node = entry[key];
  if (!node || !node.IsScalar() || node.Scalar().empty())
    throw input_error(file, key, "a text", node ? "none" : "no such key");
  return node.Scalar();
}

// Of a group that machines tell of themselves: which bins there are depends on the machines that ran.
bool is_inside(const std::string& bin) {
  return std::find(inside_groups.begin(), inside_groups.end(), bin.substr(0, bin.find('/'))) !=
         inside_groups.end();
}

}  // namespace

std::string default_bin_exclusions() {
  std::string path = data_directory() + "/tests/coverage/bin_exclusions.yaml";
  return std::filesystem::exists(path) ? path : "";
}

std::vector<bin_exclusion> read_bin_exclusions(const std::string& file) {
  constexpr size_t largest = 1 << 20;
  const YAML::Node list = load_yaml(file, largest);
  if (!list.IsSequence() && !list.IsNull())
    throw input_error(file, "file", "a list of bin and reason", "something else");
  std::vector<bin_exclusion> exclusions;
  for (const YAML::Node& entry : list) {
    if (!entry.IsMap() || entry.size() != 2)
      throw input_error(file, fmt::format("entry {}", exclusions.size() + 1), "bin and reason",
                        entry.IsMap() ? fmt::format("{} keys", entry.size()) : "no map");
    exclusions.push_back({text_of(entry, "bin", file), text_of(entry, "reason", file)});
  }
  return exclusions;
}

excluded_bins exclude_bins(const std::vector<bin_exclusion>& exclusions, const std::vector<bin_group>& model,
                           const std::map<std::string, std::string>& hit) {
  excluded_bins excluded;
  for (const bin_exclusion& one : exclusions) {
    bool known = false;
    for (const bin_group& group : model)
      for (const std::string& bin : group.bins) {
        if (fnmatch(one.bin.c_str(), bin.c_str(), 0) != 0) continue;
        known = true;
        if (const auto found = hit.find(bin); found != hit.end())
          excluded.stale.push_back({one.bin, bin + " is hit by " + found->second});
        else
          excluded.bins.insert(bin);
      }
    if (!known && !is_inside(one.bin)) excluded.stale.push_back({one.bin, "no bin of that name"});
  }
  return excluded;
}

}  // namespace scansim
