// Power-of-two scales of one quantised scan: value = integer * 2^-frac, one `frac` (number of fraction bits,
// may be negative) per signal, and the operand, state and output widths in bits that they were made for.
// Contract: to_json and from_json are inverse; from_json refuses missing, unknown and out-of-range members.
// Choosing the scales (calibration) is not done here.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

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

nlohmann::json scales_to_json(const scan_scales& scales);

// Bits must be 1 to 64, fractions -126 to 126. `file` and `field` name the value in the input_error.
scan_scales scales_from_json(const nlohmann::json& value, const std::string& file, const std::string& field);

}  // namespace scansim
