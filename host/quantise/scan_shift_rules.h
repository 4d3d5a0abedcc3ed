// The shifts of the machine as formulas in the fraction bits, unchecked: make_shifts refuses what is out of
// range, calibrate avoids it. Both read these and nothing else. Internal to host/quantise.
#pragma once
#include <algorithm>

#include "hls/formats.h"
#include "host/quantise/make_shifts.h"

namespace scansim {

inline constexpr int largest_align_shift = 31;    // delta, bias, z
inline constexpr int largest_product_shift = 63;  // dt2, du, skip, v, y
inline constexpr int largest_quant_shift = 15;
inline constexpr int output_quant_shift =
    8;  // 16-bit y to 8 bits: the same range, so it never saturates by itself

// The machine's own error may exceed the reference's largest value.
inline constexpr double headroom = 1.0 + 1.0 / 64;

struct raw_shifts {
  int delta, bias, z, dt2, du, skip, v, y, quant, align_a;
};

// dt2 has 18 or 19 fraction bits where A's alignment reaches: finer, it would not hold the largest step.
inline constexpr int largest_align = 3, finest_dt2_frac = 19;

inline int align_of_a(const scan_scales& s, const hls::widths& w) {
  const int excess = w.exponent_frac() - s.frac_a - finest_dt2_frac;  // fraction bits that A is to be given
  return w.rate_shift(1) == 0 ? 0 : std::clamp((excess + 1) / 2, 0, largest_align);
}

inline int dt2_frac(const scan_scales& s, const hls::widths& w) {
  return w.exponent_frac() - s.frac_a - w.rate_shift(align_of_a(s, w));
}

inline int gate_frac(const scan_scales& s, bool has_z) {
  return has_z ? s.frac_z + 17 - s.operand_bits : hls::sigmoid_frac;
}

// Fraction bits of x = delta + bias. The softplus has its own; a step given as it is has as many as leave
// room for the largest sum, dt then 10 more.
inline int step_frac(const scan_scales& s, const hls::widths& w, const shift_form& form) {
  constexpr int finest = 24;
  if (form.softplus) return hls::x_frac;
  const int of_delta = hls::x_bits - w.operand_bits + s.frac_delta;
  const int sum =
      form.has_bias ? std::min(of_delta, hls::x_bits - hls::param_bits + s.frac_bias) - 1 : of_delta;
  return std::clamp(sum, hls::x_frac, finest);
}

inline raw_shifts shifts_of(const scan_scales& s, const hls::widths& w, const shift_form& form) {
  const int step = step_frac(s, w, form), dt_frac = step + hls::dt_frac - hls::x_frac;
  const auto align = [](int frac, int to) { return hls::shift_bias - (to - frac); };
  const int quant = w.output_bits == 8 ? output_quant_shift : 0;
  raw_shifts r;
  r.delta = align(s.frac_delta, step);
  r.bias = form.has_bias ? align(s.frac_bias, step) : 0;
  r.z = form.has_z ? align(s.frac_z, hls::x_frac) : 0;
  r.align_a = align_of_a(s, w);
  r.dt2 = (dt_frac + hls::log2e_frac) - dt2_frac(s, w);
  r.du = dt_frac + s.frac_u - (s.frac_state + w.drive_guard() - s.frac_b);
  r.skip = hls::shift_bias - ((s.frac_c + s.frac_state) - (s.frac_d + s.frac_u));
  r.v = s.frac_c + s.frac_state - s.frac_skip_v;
  r.y = s.frac_skip_v + gate_frac(s, form.has_z) - (s.frac_y + quant);
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
