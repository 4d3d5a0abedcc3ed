#include "traces/metadata_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

void metadata_reader::fail(const std::string& key, const std::string& expected, const json* found) const {
  throw input_error(file_, std::string(root_field) + "." + key, expected,
                    found == nullptr ? "nothing" : describe_json(*found));
}

const json* metadata_reader::find(const char* key) const {
  const auto found = root_.find(key);
  return found == root_.end() ? nullptr : &*found;
}

void metadata_reader::check_format() const {
  const json* format = find("format");
  if (format == nullptr || !format->is_number_integer() || *format != 1) fail("format", "1", format);
}

void metadata_reader::check_keys(const std::vector<std::string>& known) const {
  for (const auto& [key, value] : root_.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      fail(printable(key), "no such key (format 1)", &value);
  }
}

bool metadata_reader::read_bool(const char* key, const std::optional<bool>& fallback) const {
  const json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  if (value == nullptr || !value->is_boolean()) fail(key, "true or false", value);
  return value->get<bool>();
}

int64_t metadata_reader::read_integer(const char* key, int64_t low, int64_t high,
                                      const std::optional<int64_t>& fallback) const {
  const json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const std::string expected = fmt::format("an integer from {} to {}", low, high);
  if (value == nullptr || !value->is_number_integer()) fail(key, expected, value);
  // Unsigned numbers above the largest int64 would wrap when read as signed.
  const bool huge = value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (huge || value->get<int64_t>() < low || value->get<int64_t>() > high) fail(key, expected, value);
  return value->get<int64_t>();
}

size_t metadata_reader::read_choice(const char* key, const std::vector<std::string>& names,
                                    const std::optional<size_t>& fallback) const {
  const json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const auto found =
      value == nullptr || !value->is_string() ? names.end() : std::find(names.begin(), names.end(), *value);
  if (found == names.end()) fail(key, fmt::format("\"{}\"", fmt::join(names, "\" or \"")), value);
  return static_cast<size_t>(found - names.begin());
}

nm_pattern metadata_reader::parse_pattern(const char* key) const {
  return parse_nm_pattern(find(key)->get<std::string>(), fmt::format("{}.{}", root_field, key), file_);
}

std::optional<expect_tolerance> metadata_reader::read_tolerance() const {
  const json* value = find("expect_tolerance");
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) fail("expect_tolerance", "an object of rtol and atol", value);
  const expect_tolerance tolerance{read_bound(*value, "rtol"), read_bound(*value, "atol")};
  for (const auto& [key, entry] : value->items())
    if (key != "rtol" && key != "atol")
      fail("expect_tolerance." + printable(key), "no such key (rtol, atol)", &entry);
  return tolerance;
}

json metadata_reader::read_provenance() const {
  const json* provenance = find("provenance");
  if (provenance == nullptr) return json::object();
  if (!provenance->is_object()) fail("provenance", "an object", provenance);
  return *provenance;
}

double metadata_reader::read_bound(const json& parent, const char* key) const {
  const auto found = parent.find(key);
  const json* value = found == parent.end() ? nullptr : &*found;
  const bool valid = value != nullptr && value->is_number() && std::isfinite(value->get<double>()) &&
                     value->get<double>() >= 0;
  if (!valid) fail(std::string("expect_tolerance.") + key, "a number >= 0", value);
  return value->get<double>();
}

}  // namespace scansim
