#include "traces/yaml_document.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

// yaml-cpp keeps every entry of a map and finds the first.
void check_keys(const YAML::Node& node, const std::string& path) {
  if (!node.IsMap()) return;
  std::set<std::string> keys;
  for (const auto& entry : node)
    if (entry.first.IsScalar() && !keys.insert(entry.first.Scalar()).second)
      throw input_error(path, printable(entry.first.Scalar()), "each key once", "a second one");
}

YAML::Node one_document(std::string_view text, const std::string& path) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1)
      throw input_error(path, "file", "one YAML document", fmt::format("{}", documents.size()));
    return documents.empty() ? YAML::Node() : documents.front();
  } catch (const YAML::Exception& error) {
    throw input_error(path, fmt::format("line {}", error.mark.line + 1), "YAML", printable(error.msg));
  }
}

}  // namespace

bool is_yaml_path(const std::string& name_or_path) {
  return name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml");
}

YAML::Node load_yaml(const std::string& path, size_t largest) {
  const mapped_file file(path);
  require_at_most(file, largest, path);
  require_text(file.text(), path, "YAML text");
  const YAML::Node root = one_document(file.text(), path);
  check_keys(root, path);
  if (root.IsMap())
    for (const auto& entry : root) check_keys(entry.second, path);
  return root;
}

}  // namespace scansim
