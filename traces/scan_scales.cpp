#include "traces/scan_scales.h"

#include <nlohmann/json.hpp>

namespace scansim {

using nlohmann::json;

scale_rows rows_of(scan_scales& s) {
  constexpr int most_bits = 64;
  return {width_row("operand_bits", s.operand_bits, 1, most_bits, 1, "u, delta, B, C, z"),
          width_row("state_bits", s.state_bits, 1, most_bits, 1, "the stored state"),
          width_row("output_bits", s.output_bits, 1, most_bits, 1, "y"),
          {.name = "frac_u", .value = &s.frac_u},
          {.name = "frac_delta", .value = &s.frac_delta},
          {.name = "frac_b", .value = &s.frac_b},
          {.name = "frac_c", .value = &s.frac_c},
          {.name = "frac_z", .value = &s.frac_z},
          {.name = "frac_a", .value = &s.frac_a},
          {.name = "frac_d", .value = &s.frac_d},
          {.name = "frac_bias", .value = &s.frac_bias, .text = "of `delta_bias`"},
          {.name = "frac_state", .value = &s.frac_state},
          {.name = "frac_skip_v", .value = &s.frac_skip_v, .text = "C h + D u, before the gate"},
          {.name = "frac_y", .value = &s.frac_y}};
}

json scales_to_json(const scan_scales& scales) {
  scan_scales copy = scales;
  return scales_to_json(rows_of(copy));
}

scan_scales scales_from_json(const json& value, const std::string& file, const std::string& field) {
  scan_scales scales;
  read_scales(value, rows_of(scales), file, field);
  return scales;
}

}  // namespace scansim
