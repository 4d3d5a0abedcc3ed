// The one document of a YAML file. Contract: a regular file of at most `largest` bytes of text without
// control characters; a second document, a key twice in a map (of the root or right below it) and whatever is
// no YAML are an input_error that names file and line or key. Choose it for every YAML that is read; what the
// document must hold is the caller's.
#pragma once
#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <string>

namespace scansim {

// What tells a path from the name of a shipped file: it ends in .yaml or .yml.
bool is_yaml_path(const std::string& name_or_path);

YAML::Node load_yaml(const std::string& path, size_t largest = 64 * 1024);

}  // namespace scansim
