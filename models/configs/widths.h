// The number formats of a design point, as the arithmetic in hls/ takes them.
#pragma once
#include "hls/formats.h"
#include "models/configs/design_point.h"

namespace scansim {

inline hls::widths widths_of(const design_point& point) {
  return {point.operand_bits, point.state_bits, point.output_bits, point.exp_segments};
}

}  // namespace scansim
