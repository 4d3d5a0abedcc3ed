// delta_softplus: the per-(token, channel) work before the state.
//   x    = clamp17( delta << 16 >> sh.delta  +  bias << 16 >> sh.bias )          (each rounded)
//   dt   = softplus_pwl(x), or max(x, 0) when softplus is off
//   dt2  = clamp24u( dt * log2e >> sh.dt2 ),   du = clamp( dt * u >> sh.du, du_bits ), of a plain drive with
//   dt = 1
//   skip = clamp( (D * u) << 16 >> sh.skip, acc_bits )
// Saturations counted: delta (x, negative dt, dt2), du, skip.
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/softplus_pwl.h"
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

struct saturation_counts {
  uint64_t delta = 0, du = 0, skip = 0, state = 0, v = 0, y = 0, quant = 0;
};

struct delta_result {
  uint32_t dt2 = 0;  // unsigned, dt2_bits
  int32_t du = 0;    // signed, du_bits
  int64_t skip = 0;  // signed, acc_bits
};

inline constexpr int32_t dt_one = 1 << dt_frac;

inline delta_result delta_softplus(int32_t delta, int32_t u, int32_t bias, int32_t d, bool softplus,
                                   const scan_shifts& sh, const widths& w, saturation_counts& sat,
                                   bool plain_drive = false) {
  const int64_t sum =
      round_shift(int64_t{delta} << shift_bias, sh.delta) + round_shift(int64_t{bias} << shift_bias, sh.bias);
  const auto x = static_cast<int32_t>(clamp_signed(sum, x_bits));
  int32_t dt = 0;
  bool clipped = x != sum;
  if (softplus) {
    dt = softplus_pwl(x);
  } else {
    clipped |= x < 0;
    dt = x < 0 ? 0 : x << (dt_frac - x_frac);
  }
  const int64_t dt2_wide = round_shift(dt * log2e_q, sh.dt2);
  const int64_t dt2 = clamp_unsigned(dt2_wide, dt2_bits);
  clipped |= dt2 != dt2_wide;
  const int64_t du_wide = round_shift(int64_t{plain_drive ? dt_one : dt} * u, sh.du);
  const int64_t du = clamp_signed(du_wide, w.du_bits());
  const int64_t skip_wide = round_shift((int64_t{d} * u) << shift_bias, sh.skip);
  const int64_t skip = clamp_signed(skip_wide, w.acc_bits());
  sat.delta += clipped;
  sat.du += du != du_wide;
  sat.skip += skip != skip_wide;
  return {static_cast<uint32_t>(dt2), static_cast<int32_t>(du), skip};
}

}  // namespace scansim::hls
