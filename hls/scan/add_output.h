// add_output: outputs of several scans of one input, added up in a row of y. y' = clamp( y + more ) at the
// output's width, 8 or 16 bits; a row begins at 0. In the order of the sets and of their positions, which
// matters where a sum leaves the format. Not counted: the host adds while it reads.
#pragma once
#include "hls/formats.h"

namespace scansim::hls {

inline int32_t add_output(int32_t y, int32_t more, int output_bits) {
  return static_cast<int32_t>(clamp_signed(int64_t{y} + more, output_bits));
}

}  // namespace scansim::hls
