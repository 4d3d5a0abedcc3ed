#include "host/network/network_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "host/network/checkpoint_network.h"
#include "host/network/yaml_map.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr int file_version = 1;
constexpr size_t longest_name = 40, longest_reason = 80;

const layer_kind& kind_of(const YAML::Node& node, const std::string& file, const std::string& where) {
  std::vector<std::string> names;
  for (const layer_kind& kind : layer_kinds()) names.push_back(kind.name);
  const YAML::Node name = node.IsMap() ? node["layer"] : YAML::Node(YAML::NodeType::Undefined);
  const layer_kind* kind = name.IsDefined() && name.IsScalar() ? find_layer_kind(name.Scalar()) : nullptr;
  if (!kind)
    throw input_error(file, where + ".layer", fmt::format("one of {}", fmt::join(names, ", ")),
                      node.IsMap() ? yaml_map::found_in(name) : yaml_map::found_in(node));
  return *kind;
}

// Of a table and of CSV.
std::string checked_name(const yaml_map& map) {
  const std::string name = map.text("name");
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.' || c == ' ';
  };
  if (name.size() > longest_name || !std::all_of(name.begin(), name.end(), plain))
    map.refuse("name", fmt::format("letters, digits, '_', '-', '.' and spaces, at most {}", longest_name),
               "'" + printable(name) + "'");
  return name;
}

network_layer read_layer(const YAML::Node& node, const std::string& file, const std::string& where) {
  network_layer layer;
  layer.kind = &kind_of(node, file, where);
  std::vector<std::string> known = {"layer", "name", "repeats", "source", "tokens"};
  if (layer.kind->says_what) known.push_back("what");
  for (const layer_field& field : layer.kind->fields) known.push_back(field.name);
  const yaml_map map(node, file, where, known);
  layer.name = map.has("name") ? checked_name(map) : layer.kind->name;
  if (layer.kind->says_what) layer.what = printable(map.text("what", longest_reason));
  if (map.has("source")) map.text("source");
  if (map.has("repeats")) layer.repeats = map.number("repeats", 1, most_repeats);
  if (map.has("tokens")) {
    layer.last_token = map["tokens"].IsScalar() && map["tokens"].Scalar() == "last";
    if (!layer.last_token) layer.tokens = map.number("tokens", 1, most_tokens);
  }
  for (const layer_field& field : layer.kind->fields) {
    int64_t value = field.usual.value_or(0);
    if (map.has(field.name) || !field.usual)
      value = field.choices.empty() ? map.number(field.name, field.least, field.most)
                                    : map.choice(field.name, field.choices);
    layer.values.set(field.name, value);
  }
  if (layer.kind->check)
    if (const auto broken = layer.kind->check(layer.values))
      map.refuse(broken->field, broken->expected, yaml_map::found_in(map[broken->field]));
  return layer;
}

}  // namespace

bool network_spec::has_own_tokens() const {
  return std::any_of(layers.begin(), layers.end(), [](const auto& one) { return one.tokens.has_value(); });
}

std::vector<std::string> list_networks(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  if (failed) throw input_error(folder, "networks", "a directory", failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

network_spec load_network(const std::string& name_or_path, const std::string& folder) {
  if (is_checkpoint_path(name_or_path)) return network_of_checkpoint(name_or_path);
  network_spec spec;
  const bool is_path = is_yaml_path(name_or_path);
  if (!is_path) {
    const std::vector<std::string> names = list_networks(folder);
    if (std::find(names.begin(), names.end(), name_or_path) == names.end())
      throw input_error(folder, "network",
                        fmt::format("one of {}, a path that ends in .yaml or .yml, or a checkpoint",
                                    fmt::join(names, ", ")),
                        "'" + printable(name_or_path) + "'");
  }
  spec.file = is_path ? name_or_path : folder + "/" + name_or_path + ".yaml";
  spec.name = is_path ? printable(fs::path(name_or_path).stem().string()) : name_or_path;
  const yaml_map map(load_yaml(spec.file), spec.file, "",
                     {"network", "title", "source", "length", "decode", "layers"});
  map.number("network", file_version, file_version);
  spec.title = map.text("title"), spec.source = map.text("source");
  spec.length = map.number("length", 1, most_tokens);
  if (map.has("decode")) spec.decode = map.choice("decode", {"false", "true"}) == 1;
  const YAML::Node list = map["layers"];
  if (!list.IsDefined() || !list.IsSequence() || list.size() == 0)
    map.refuse("layers", "a list of layers",
               list.IsDefined() && list.IsSequence() ? "an empty list" : yaml_map::found_in(list));
  for (size_t i = 0; i < list.size(); ++i)
    spec.layers.push_back(read_layer(list[i], spec.file, fmt::format("layers[{}]", i)));
  if (spec.decode && spec.has_own_tokens())
    map.refuse("decode", "false where a layer has tokens of its own", "'true'");
  return spec;
}

}  // namespace scansim
