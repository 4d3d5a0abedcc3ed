#include "host/network/yaml_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

std::string yaml_map::found_in(const YAML::Node& node) {
  if (!node.IsDefined()) return "no such key";
  if (node.IsScalar()) return "'" + printable(node.Scalar()) + "'";
  return node.IsMap() ? "a map" : node.IsSequence() ? "a list" : "nothing";
}

yaml_map::yaml_map(const YAML::Node& map, const std::string& file, const std::string& where,
                   const std::vector<std::string>& known)
    : map_(map), file_(file), where_(where) {
  if (!map.IsMap()) throw input_error(file, where.empty() ? "file" : where, "a map", found_in(map));
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse(printable(key), fmt::format("one of {}", fmt::join(known, ", ")), "an unknown key");
    if (!seen.insert(key).second) refuse(key, "each key once", "a second one");
  }
}

std::string yaml_map::text(const std::string& key, size_t longest) const {
  const YAML::Node node = map_[key];
  if (!node.IsDefined() || !node.IsScalar() || node.Scalar().empty()) refuse(key, "a text", found_in(node));
  const std::string& text = node.Scalar();
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    refuse(key, "a text of one line without control characters", found_in(node));
  if (text.size() > longest)
    refuse(key, fmt::format("at most {} bytes", longest), fmt::format("{}", text.size()));
  return text;
}

int64_t yaml_map::number(const std::string& key, int64_t least, int64_t most) const {
  const std::string expected = fmt::format("a whole number from {} to {}", least, most);
  const YAML::Node node = map_[key];
  if (!node.IsDefined() || !node.IsScalar()) refuse(key, expected, found_in(node));
  const std::string& digits = node.Scalar();
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < least || value > most)
    refuse(key, expected, found_in(node));
  return value;
}

int64_t yaml_map::choice(const std::string& key, const std::vector<const char*>& choices) const {
  const YAML::Node node = map_[key];
  if (node.IsDefined() && node.IsScalar())
    for (size_t i = 0; i < choices.size(); ++i)
      if (node.Scalar() == choices[i]) return static_cast<int64_t>(i);
  refuse(key, fmt::format("one of {}", fmt::join(choices, ", ")), found_in(node));
}

void yaml_map::refuse(const std::string& key, const std::string& expected, const std::string& found) const {
  throw input_error(file_, where_.empty() ? key : where_ + "." + key, expected, found);
}

}  // namespace scansim
