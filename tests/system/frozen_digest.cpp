#include "tests/system/frozen_digest.h"

#include <cstdio>
#include <functional>

#include "traces/sha256.h"

namespace scansim::test {
namespace {

using nlohmann::json;
using leaf_visit = std::function<void(const std::string& key, const json& leaf)>;

std::string type_name(const json& value) { return value.is_number() ? "number" : value.type_name(); }

// Objects and arrays are leaves too when they are empty.
void for_each_leaf(const json& value, const std::string& path, const leaf_visit& visit) {
  if (!value.is_structured() || value.empty()) return visit(path + ":" + type_name(value), value);
  if (value.is_array()) {
    for (const json& element : value) for_each_leaf(element, path + "[]", visit);
    return;
  }
  for (const auto& [name, member] : value.items())
    for_each_leaf(member, path.empty() ? name : path + "." + name, visit);
}

std::string leaf_text(const json& leaf, int digits) {
  if (!leaf.is_number_float()) return leaf.dump(-1, ' ', false, json::error_handler_t::replace);
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, leaf.get<double>());
  return text;
}

}  // namespace

key_set keys_of(const json& value) {
  key_set keys;
  for_each_leaf(value, "", [&](const std::string& key, const json&) { keys.insert(key); });
  return keys;
}

std::string digest(const json& value, const key_set& counted, int digits) {
  std::string text;
  for_each_leaf(value, "", [&](const std::string& key, const json& leaf) {
    if (counted.count(key) > 0) text += key + "=" + leaf_text(leaf, digits) + "\n";
  });
  return digest(text);
}

std::string digest(const json& value, int digits) { return digest(value, keys_of(value), digits); }

std::string digest(const std::string& text) { return sha256_hex(text.data(), text.size()).substr(0, 16); }

}  // namespace scansim::test
