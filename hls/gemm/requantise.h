// requantise: the rounding right shift to 8 or 16 bits that ends every projection.
//   q = clamp_s<bits>( round_shift(v, shift) ),  v s32, shift 0..31, bits 8 or 16
// Contract: round half up; a changed value counts one. requantise_flagged is the same without a counter of
// its own, for units that count per output.
#pragma once
#include "hls/formats.h"
#include "hls/gemm/unit_saturations.h"

namespace scansim::hls {

inline int32_t requantise_flagged(int32_t v, int shift, int bits, bool& clipped) {
  // 64 bits: v + 2^(shift - 1) may leave 32.
  const int64_t wide = round_shift<int64_t>(v, shift);
  const int64_t q = clamp_signed(wide, bits);
  clipped |= q != wide;
  return static_cast<int32_t>(q);
}

inline int32_t requantise(int32_t v, int shift, int bits, unit_saturations& sat) {
  bool clipped = false;
  const int32_t q = requantise_flagged(v, shift, bits, clipped);
  sat.requantise += clipped;
  return q;
}

}  // namespace scansim::hls
