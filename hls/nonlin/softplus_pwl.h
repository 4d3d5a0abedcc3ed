// softplus_pwl: dt = log(1 + e^x), 192 segments of width 1/8 on [-16, 8); dt = x above.
//   x signed 17 bits, 12 fraction bits; dt unsigned 26 bits, 22 fraction bits
//   dt = base[i] + (slope[i] * r >> 8), i = (x + 16) / (1/8), r the rest (9 bits)
// Relative error <= 1.9e-3 for x >= -8; below that the last fraction bit (2.4e-7) adds to it (tests/hls,
// exhaustive).
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int softplus_linear_from = 8 << x_frac;  // x at and above which softplus(x) = x
inline constexpr uint32_t softplus_segments = 192;

inline int32_t softplus_pwl(int32_t x) {
  // No branch, so that a loop over lanes vectorises: beyond the table any segment will do.
  const uint32_t offset = static_cast<uint32_t>(x + (16 << x_frac));
  const uint32_t segment = offset >> 9 < softplus_segments ? offset >> 9 : softplus_segments - 1;
  const uint32_t rise = (softplus_pwl_slope[segment] * (offset & 511u)) >> 8;
  const auto curve = static_cast<int32_t>(softplus_pwl_base[segment] + rise);
  return x >= softplus_linear_from ? x * (1 << (dt_frac - x_frac)) : curve;
}

}  // namespace scansim::hls
