#include "host/gpu_profile/json_object.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

void json_object::fail(const std::string& key, const std::string& expected) const {
  const auto found = value_->find(key);
  throw input_error(file_, field(printable(key)), expected,
                    found == value_->end() ? "nothing" : describe_json(*found));
}

const json& json_object::at(const std::string& key, const std::string& expected) const {
  const auto found = value_->find(key);
  if (found == value_->end()) fail(key, expected);
  return *found;
}

bool json_object::is_null(const std::string& key, const std::string& expected) const {
  return at(key, expected + " or null").is_null();
}

void json_object::check_keys(const std::vector<std::string>& known) const {
  for (const auto& [key, value] : value_->items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw input_error(file_, field(printable(key)), "a key of the format", "an unknown key");
}

std::vector<std::string> json_object::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : value_->items()) names.push_back(key);
  return names;
}

std::string json_object::text(const std::string& key, bool empty_allowed) const {
  const std::string expected = empty_allowed ? "a text" : "a text, not empty";
  const json& value = at(key, expected);
  if (!value.is_string() || (!empty_allowed && value.get_ref<const std::string&>().empty()))
    fail(key, expected);
  return value.get<std::string>();
}

std::string json_object::one_of(const std::string& key, const std::vector<std::string>& values) const {
  const std::string expected =
      values.size() == 1 ? values[0] : fmt::format("one of {}", fmt::join(values, ", "));
  const json& value = at(key, expected);
  if (!value.is_string() || std::find(values.begin(), values.end(), value) == values.end())
    fail(key, expected);
  return value.get<std::string>();
}

bool json_object::boolean(const std::string& key) const {
  const json& value = at(key, "true or false");
  if (!value.is_boolean()) fail(key, "true or false");
  return value.get<bool>();
}

int64_t json_object::whole(const std::string& key, int64_t least, int64_t most) const {
  const std::string expected = most == INT64_MAX ? fmt::format("a whole number >= {}", least)
                                                 : fmt::format("a whole number in {}..{}", least, most);
  const json& value = at(key, expected);
  const bool fits =
      value.is_number_unsigned() ? value.get<uint64_t>() <= INT64_MAX : value.is_number_integer();
  if (!fits || value.get<int64_t>() < least || value.get<int64_t>() > most) fail(key, expected);
  return value.get<int64_t>();
}

double json_object::number(const std::string& key) const {
  const json& value = at(key, "a finite number");
  if (!value.is_number() || !std::isfinite(value.get<double>())) fail(key, "a finite number");
  return value.get<double>();
}

double json_object::amount(const std::string& key) const {
  const json& value = at(key, "a number >= 0");
  if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0)
    fail(key, "a number >= 0");
  return value.get<double>();
}

json_object json_object::object(const std::string& key) const {
  const json& value = at(key, "an object");
  if (!value.is_object()) fail(key, "an object");
  return {value, file_, field(key)};
}

std::vector<json_object> json_object::objects(const std::string& key) const {
  const json& value = at(key, "an array of objects");
  if (!value.is_array()) fail(key, "an array of objects");
  std::vector<json_object> entries;
  for (size_t k = 0; k < value.size(); ++k) {
    const std::string path = fmt::format("{}[{}]", field(key), k);
    if (!value[k].is_object()) throw input_error(file_, path, "an object", describe_json(value[k]));
    entries.emplace_back(value[k], file_, path);
  }
  return entries;
}

std::optional<std::string> json_object::optional_text(const std::string& key) const {
  if (is_null(key, "a text")) return std::nullopt;
  return text(key);
}

std::optional<int64_t> json_object::optional_whole(const std::string& key, int64_t least) const {
  if (is_null(key, "a whole number")) return std::nullopt;
  return whole(key, least);
}

std::optional<double> json_object::optional_number(const std::string& key) const {
  if (is_null(key, "a finite number")) return std::nullopt;
  return number(key);
}

std::optional<double> json_object::optional_amount(const std::string& key) const {
  if (is_null(key, "a number >= 0")) return std::nullopt;
  return amount(key);
}

std::optional<json_object> json_object::optional_object(const std::string& key) const {
  if (is_null(key, "an object")) return std::nullopt;
  return object(key);
}

std::optional<std::vector<json_object>> json_object::optional_objects(const std::string& key) const {
  if (is_null(key, "an array of objects")) return std::nullopt;
  return objects(key);
}

}  // namespace scansim
