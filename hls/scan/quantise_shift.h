// quantise_shift: the 8-bit output quantiser. q = clamp8( y >> shift ), rounded half up; y 16 bits, shift
// 0..15. A unit of its own behind gate_silu, present when the design point's output_bits is 8. Saturations
// counted.
#pragma once
#include "hls/formats.h"
#include "hls/scan/delta_softplus.h"

namespace scansim::hls {

inline int32_t quantise_shift(int32_t y, int shift, saturation_counts& sat) {
  const int32_t wide = round_shift(y, shift);
  const int32_t q = clamp_signed(wide, 8);
  sat.quant += q != wide;
  return q;
}

}  // namespace scansim::hls
