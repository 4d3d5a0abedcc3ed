// DSP48E2s of a Xilinx UltraScale+ part that products take by Yosys (synth_xilinx -family xcup), as the
// synthesised points of models/area show.
#pragma once
#include <algorithm>

#include "hls/formats.h"

namespace scansim {

// Of a signed product: 27 by 18 bits take one, more take one for each pair of parts, and adders in LUTs.
inline int product_dsps(int one, int other) {
  const auto [narrow, wide] = std::minmax(one, other);
  return (wide > 27 ? 2 : 1) * (narrow > 18 ? 2 : 1);
}

// Of a processing element: delta x A and (delta u) x B, one each, decay x h, C x h.
inline constexpr int least_element_dsps = 4;
inline int element_dsps(int operand_bits, int state_bits) {
  return 2 + product_dsps(hls::decay_bits + 1, state_bits) + product_dsps(operand_bits, state_bits);
}

}  // namespace scansim
