// Power-of-two scales of one quantised scan: value = integer * 2^-frac, one `frac` (number of fraction bits,
// may be negative) per signal, and the operand, state and output widths in bits that they were made for.
// Contract: the table is all that reader and writer know (scale_table.h). Choosing the scales (calibration)
// is not done here.
#pragma once
#include "traces/scale_table.h"

namespace scansim {

struct scan_scales {
  int operand_bits = 0;  // u, delta, B, C, z
  int state_bits = 0;    // stored h
  int output_bits = 0;   // y

  int frac_u = 0;
  int frac_delta = 0;
  int frac_b = 0;
  int frac_c = 0;
  int frac_z = 0;
  int frac_a = 0;
  int frac_d = 0;
  int frac_bias = 0;
  int frac_state = 0;
  int frac_skip_v = 0;  // the value before the gate, C.h + D u
  int frac_y = 0;

  bool operator==(const scan_scales&) const = default;
};

// Bits 1 to 64.
scale_rows rows_of(scan_scales& scales);

nlohmann::json scales_to_json(const scan_scales& scales);
// `file` and `field` name the value in the input_error.
scan_scales scales_from_json(const nlohmann::json& value, const std::string& file, const std::string& field);

}  // namespace scansim
