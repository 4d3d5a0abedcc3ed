// silu_pwl: sigmoid by 128 segments of width 1/8 on [0, 16) and symmetry, silu(z) = z * sigmoid(z) with z
// exact.
//   x = z aligned to 12 fraction bits, saturated to 17 bits; sigmoid unsigned, 16 fraction bits, 1 at |x|
//   = 16 sigmoid(|x|) = base[i] + (slope[i] * r >> 10);  sigmoid(-x) = 1 - sigmoid(x) silu = round_shift(z *
//   sigmoid, operand_bits - 1): 18 bits signed, fraction bits frac_z + 17 - operand_bits
// A linear gate is z in the format of silu, as if the sigmoid were 1.
// Worst absolute error of sigmoid 1.4e-4 (tests/hls, exhaustive).
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int sigmoid_one_from = 16 << x_frac;
inline constexpr uint32_t sigmoid_segments = 128;

inline int32_t sigmoid_pwl(int32_t x) {
  const uint32_t magnitude = static_cast<uint32_t>(x < 0 ? -x : x);
  // No branch, so that a loop over lanes vectorises: beyond the table any segment will do.
  const uint32_t word =
      sigmoid_pwl_table[magnitude >> 9 < sigmoid_segments ? magnitude >> 9 : sigmoid_segments - 1];
  const auto curve = static_cast<int32_t>((word & 0x3ffffu) + (((word >> 18) * (magnitude & 511u)) >> 10));
  const int32_t value = magnitude < static_cast<uint32_t>(sigmoid_one_from) ? curve : 1 << sigmoid_frac;
  return x < 0 ? (1 << sigmoid_frac) - value : value;
}

inline int32_t silu_gate(int32_t z, int32_t x, int operand_bits) {
  return static_cast<int32_t>(round_shift<int64_t>(int64_t{z} * sigmoid_pwl(x), operand_bits - 1));
}

inline int32_t linear_gate(int32_t z, int operand_bits) {
  return z * (1 << (sigmoid_frac + 1 - operand_bits));
}

}  // namespace scansim::hls
