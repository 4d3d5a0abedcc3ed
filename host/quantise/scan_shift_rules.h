// The shifts of the machine as formulas in the fraction bits, unchecked: make_shifts refuses what is out of
// range, calibrate avoids it. Both read these and nothing else. Internal to host/quantise.
#pragma once
#include "hls/formats.h"
#include "traces/scan_scales.h"

namespace scansim {

inline constexpr int largest_align_shift = 31;    // delta, bias, z
inline constexpr int largest_product_shift = 63;  // dt2, du, skip, v, y
inline constexpr int largest_quant_shift = 15;
inline constexpr int output_quant_shift =
    8;  // 16-bit y to 8 bits: the same range, so it never saturates by itself

// The machine's own error may exceed the reference's largest value.
inline constexpr double headroom = 1.0 + 1.0 / 64;

struct raw_shifts {
  int delta, bias, z, dt2, du, skip, v, y, quant;
};

inline int gate_frac(const scan_scales& s, bool has_z) {
  return has_z ? s.frac_z + 17 - s.operand_bits : hls::sigmoid_frac;
}

inline raw_shifts shifts_of(const scan_scales& s, const hls::widths& w, bool has_z) {
  const auto align = [](int frac) { return hls::shift_bias - (hls::x_frac - frac); };
  const int quant = w.output_bits == 8 ? output_quant_shift : 0;
  raw_shifts r;
  r.delta = align(s.frac_delta);
  r.bias = align(s.frac_bias);
  r.z = has_z ? align(s.frac_z) : 0;
  r.dt2 = (hls::dt_frac + hls::log2e_frac) - (w.exponent_frac() - s.frac_a);
  r.du = hls::dt_frac + s.frac_u - (s.frac_state + w.drive_guard() - s.frac_b);
  r.skip = hls::shift_bias - ((s.frac_c + s.frac_state) - (s.frac_d + s.frac_u));
  r.v = s.frac_c + s.frac_state - s.frac_skip_v;
  r.y = s.frac_skip_v + gate_frac(s, has_z) - (s.frac_y + quant);
  r.quant = quant;
  return r;
}

inline bool legal(const raw_shifts& r) {
  const auto within = [](int shift, int largest) { return shift >= 0 && shift <= largest; };
  bool all = within(r.quant, largest_quant_shift);
  for (const int shift : {r.delta, r.bias, r.z}) all &= within(shift, largest_align_shift);
  for (const int shift : {r.dt2, r.du, r.skip, r.v, r.y}) all &= within(shift, largest_product_shift);
  return all;
}

}  // namespace scansim
