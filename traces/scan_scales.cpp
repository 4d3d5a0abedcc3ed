// One table of members serves both directions, so that a new scale is one line here and one in the struct.
#include "traces/scan_scales.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

struct scale_member {
  const char* name;
  int scan_scales::*value;
  int low, high;
};
constexpr scale_member scale_members[] = {
    {"operand_bits", &scan_scales::operand_bits, 1, 64},
    {"state_bits", &scan_scales::state_bits, 1, 64},
    {"output_bits", &scan_scales::output_bits, 1, 64},
    {"frac_u", &scan_scales::frac_u, -126, 126},
    {"frac_delta", &scan_scales::frac_delta, -126, 126},
    {"frac_b", &scan_scales::frac_b, -126, 126},
    {"frac_c", &scan_scales::frac_c, -126, 126},
    {"frac_z", &scan_scales::frac_z, -126, 126},
    {"frac_a", &scan_scales::frac_a, -126, 126},
    {"frac_d", &scan_scales::frac_d, -126, 126},
    {"frac_bias", &scan_scales::frac_bias, -126, 126},
    {"frac_state", &scan_scales::frac_state, -126, 126},
    {"frac_skip_v", &scan_scales::frac_skip_v, -126, 126},
    {"frac_y", &scan_scales::frac_y, -126, 126},
};

}  // namespace

json scales_to_json(const scan_scales& scales) {
  json value = json::object();
  for (const auto& member : scale_members) value[member.name] = scales.*member.value;
  return value;
}

scan_scales scales_from_json(const json& value, const std::string& file, const std::string& field) {
  if (!value.is_object()) throw input_error(file, field, "an object", describe_json(value));
  scan_scales scales;
  size_t known = 0;
  for (const auto& member : scale_members) {
    const std::string name = field + "." + member.name;
    const std::string expected = fmt::format("an integer from {} to {}", member.low, member.high);
    const auto found = value.find(member.name);
    if (found == value.end()) throw input_error(file, name, expected, "nothing");
    // Unsigned numbers above the largest int64 would wrap when read as signed, hence the second test.
    const bool huge = found->is_number_unsigned() && found->get<uint64_t>() > 1000;
    if (!found->is_number_integer() || huge || found->get<int64_t>() < member.low ||
        found->get<int64_t>() > member.high) {
      throw input_error(file, name, expected, describe_json(*found));
    }
    scales.*member.value = found->get<int>();
    ++known;
  }
  if (value.size() != known) {
    for (const auto& [key, unused] : value.items()) {
      bool listed = false;
      for (const auto& member : scale_members) listed = listed || key == member.name;
      if (!listed) throw input_error(file, field + "." + printable(key), "no such key", "one");
    }
  }
  return scales;
}

}  // namespace scansim
