// rsqrt_pwl: reciprocal square root of a normalised mantissa, 96 segments of width 2^11.
//   m u18 in [2^16, 2^18);  r ~ 2^16 sqrt(2^16 / m): u17, 16 fraction bits, 2^15 to 65533
//   r = base[i] - round_shift(slope[i] * residual, 13),  i = (m >> 11) - 32, residual = the low 11 bits
// Worst error of r 5.3e-5 relative, 5.2e-5 absolute (tests/hls, exhaustive). The caller
// normalises (hls/units/rms_norm.h); an m outside the range is a bug of the caller.
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int rsqrt_argument_bits = 18;
inline constexpr int rsqrt_segments = 96;

inline uint32_t rsqrt_pwl(uint32_t m) {
  const uint32_t word = rsqrt_pwl_table[(m >> 11) - 32];
  return (word & 0x1ffffu) - (((word >> 17) * (m & 2047u) + 4096u) >> 13);
}

}  // namespace scansim::hls
