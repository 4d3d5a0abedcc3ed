// quantise_shift: the 8-bit output quantiser. q = clamp8( y >> shift ), rounded half up; y 16 bits, shift
// 0..15. A unit of its own behind gate_silu, present when the design point's output_bits is 8. Saturations
// counted.
#pragma once
#include "hls/formats.h"
#include "hls/scan/delta_softplus.h"

namespace scansim::hls {

// Word: of 32 bits an element (hls/words.h). Counts in `clipped`, element by element.
template <class Word>
[[gnu::always_inline]] inline Word quantised(Word y, int shift, Word& clipped) {
  const Word wide = round_shift(y, shift);
  const Word q = clamp_signed(wide, 8);
  clipped = q != wide ? clipped + 1 : clipped;
  return q;
}

inline int32_t quantise_shift(int32_t y, int shift, saturation_counts& sat) {
  int32_t clipped = 0;
  const int32_t q = quantised(y, shift, clipped);
  sat.quant += static_cast<uint64_t>(clipped);
  return q;
}

}  // namespace scansim::hls
