// A map of a YAML file, read strictly: keys that it may have, each once; texts of one line, whole numbers in
// a range and words of a list. Contract: everything else is an input_error with file, field, expected, found.
#pragma once
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

class yaml_map {
 public:
  // `where` is in front of the keys in messages; empty: the document itself.
  yaml_map(const YAML::Node& map, const std::string& file, const std::string& where,
           const std::vector<std::string>& known);

  bool has(const std::string& key) const { return map_[key].IsDefined(); }
  YAML::Node operator[](const std::string& key) const { return map_[key]; }
  std::string text(const std::string& key, size_t longest = 1000) const;
  int64_t number(const std::string& key, int64_t least, int64_t most) const;
  int64_t choice(const std::string& key, const std::vector<const char*>& choices) const;  // its place
  [[noreturn]] void refuse(const std::string& key, const std::string& expected,
                           const std::string& found) const;
  // Of a key: "'text'", "a list", "no such key", ...
  static std::string found_in(const YAML::Node& node);

 private:
  const YAML::Node map_;
  std::string file_, where_;
};

}  // namespace scansim
