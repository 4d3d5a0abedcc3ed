// rms_norm: root-mean-square norm of one row of d values with weight, 8 bits out.
//   q = sum x^2 + eps_sum,   y = clamp_s8( round_shift(x w r, shift + k) ),   r 2^-k = 1 / sqrt(q)
// Contract: x s16, w s16 (the model's weight times sqrt(d)), eps_sum = round(d eps 2^(2 frac_x)) in 1..2^47,
// d <= 65536, shift = frac_w - frac_y, signed; shift + k is clamped to 0..62. At most one saturation per
// output. Two passes over the row. Errors of 1/sqrt: that of rsqrt_pwl plus 2^-17 for the bits of q below the
// mantissa.
#pragma once
#include "hls/gemm/unit_saturations.h"
#include "hls/nonlin/rsqrt_pwl.h"

namespace scansim::hls {

inline constexpr int norm_sum_bits = 48;

struct norm_scale {  // r 2^-k = 1 / sqrt(q)
  int32_t r;         // u17
  int k;             // 16..39
};

// q u48, at least 1.
inline norm_scale rms_norm_scale(uint64_t q) {
  int zeros = 0;  // leading zeros of q as 48 bits, rounded down to even
  for (int step = 32; step >= 2; step /= 2) {
    if ((q << zeros) < uint64_t{1} << (norm_sum_bits - step)) zeros += step;
  }
  const auto mantissa = static_cast<uint32_t>((q << zeros) >> (norm_sum_bits - rsqrt_argument_bits));
  return {static_cast<int32_t>(rsqrt_pwl(mantissa)), 39 - zeros / 2};
}

inline uint64_t rms_norm_sum(const int16_t* x, int d, uint64_t eps_sum) {
  uint64_t q = eps_sum;
  for (int i = 0; i < d; ++i) q += static_cast<uint32_t>(int32_t{x[i]} * x[i]);
  return q;
}

constexpr int rms_norm_shift(int shift, int k) {
  const int amount = shift + k;
  return amount < 0 ? 0 : amount > 62 ? 62 : amount;
}

// `amount` = rms_norm_shift(shift, scale.k).
inline int8_t rms_norm_value(int16_t x, int16_t w, int32_t r, int amount, bool& clipped) {
  const int64_t wide = round_shift(int64_t{int32_t{x} * w} * r, amount);  // s49 before the shift
  const int64_t y = clamp_signed(wide, 8);
  clipped |= y != wide;
  return static_cast<int8_t>(y);
}

inline void rms_norm(const int16_t* x, const int16_t* w, int d, uint64_t eps_sum, int shift, int8_t* y,
                     unit_saturations& sat) {
  const norm_scale scale = rms_norm_scale(rms_norm_sum(x, d, eps_sum));
  const int amount = rms_norm_shift(shift, scale.k);
  uint64_t count = 0;
  for (int i = 0; i < d; ++i) {
    bool clipped = false;
    y[i] = rms_norm_value(x[i], w[i], scale.r, amount, clipped);
    count += clipped;
  }
  sat.norm += count;
}

}  // namespace scansim::hls
