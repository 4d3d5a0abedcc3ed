// gate_silu: readout, skip, gate and output rounding of one (token, channel).
//   v = clamp26( (acc + skip) >> sh.v ),  y = clamp16( v * gate >> sh.y )
//   gate = silu(z), or z (linear), or 1.0 = 2^16 (none)
// Saturations counted: v, y. The output leaves at 16 bits; quantise_shift makes 8 of them.
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/silu_pwl.h"
#include "hls/scan/delta_softplus.h"
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

inline constexpr int y_bits = 16;
inline constexpr int32_t gate_one = 1 << 16;

enum class gate_kind : uint8_t { none, silu, linear };

constexpr gate_kind gate_of(bool gated, bool linear = false) {
  return !gated ? gate_kind::none : linear ? gate_kind::linear : gate_kind::silu;
}

inline int32_t gate_silu(int64_t acc, int64_t skip, int32_t z, gate_kind kind, const scan_shifts& sh,
                         const widths& w, saturation_counts& sat) {
  const int64_t v_wide = round_shift(acc + skip, sh.v);
  const int64_t v = clamp_signed(v_wide, v_bits);
  const auto x = static_cast<int32_t>(clamp_signed(round_shift(int64_t{z} << shift_bias, sh.z), x_bits));
  const int32_t gate = kind == gate_kind::silu     ? silu_gate(z, x, w.operand_bits)
                       : kind == gate_kind::linear ? linear_gate(z, w.operand_bits)
                                                   : gate_one;
  const int64_t y_wide = round_shift(v * gate, sh.y);
  const int64_t y = clamp_signed(y_wide, y_bits);
  sat.v += v != v_wide;
  sat.y += y != y_wide;
  return static_cast<int32_t>(y);
}

}  // namespace scansim::hls
