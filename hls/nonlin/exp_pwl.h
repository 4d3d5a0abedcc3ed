// exp_pwl: decay a = 2^-e by a shift and a piecewise-linear fraction.
//   e unsigned, 12 fraction bits, saturated by the caller to 17 bits; e = I + f
//   m = base[i] - round_shift(slope[i] * r, 4)   with i the top bits of f and r the rest;   a =
//   round_shift(m, I)
// Result unsigned with 16 fraction bits, 0..65536. Latency and rounding are those of
// rtl/nonlin/ssm_exp_pwl.sv. Worst absolute error against 2^-e: 64 segments 4.1e-5, 32: 9.0e-5, 16: 2.0e-4,
// 8: 9.0e-4 (tests/hls, exhaustive).
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int exponent_bits = 17;  // width of e

constexpr const uint32_t* exp_pwl_table(int segments) {
  return segments == 64   ? exp_pwl_table_64
         : segments == 32 ? exp_pwl_table_32
         : segments == 16 ? exp_pwl_table_16
                          : exp_pwl_table_8;
}

// `table` = exp_pwl_table(segments), `index_bits` = log2(segments).
inline int32_t exp_pwl(uint32_t e, const uint32_t* table, int index_bits) {
  const int residual_bits = exponent_lsb - index_bits;
  const uint32_t whole = e >> exponent_lsb;
  const uint32_t fraction = e & ((1u << exponent_lsb) - 1);
  const uint32_t word = table[fraction >> residual_bits];
  const uint32_t residual = fraction & ((1u << residual_bits) - 1);
  const uint32_t mantissa = (word & 0xfffffu) - (((word >> 20) * residual + 8u) >> 4);
  return static_cast<int32_t>((mantissa + ((1u << whole) >> 1)) >> whole);
}

}  // namespace scansim::hls
