// A selective scan in integers: value = integer * 2^-frac (scales). Shapes are those of scan_tensors; an
// empty vector means that the call does not use the tensor. Contract: operands fit scales.operand_bits, D and
// delta_bias 16 bits at every operand width, h0 scales.state_bits. It is what the driver packs and what every
// rung below ref computes on.
#pragma once
#include <cstdint>
#include <vector>

#include "hls/formats.h"
#include "hls/scan/scan_descriptor.h"
#include "models/configs/widths.h"
#include "traces/scan_scales.h"
#include "traces/scan_tensors.h"

namespace scansim {

// Elements that the number format cut off, per tensor.
struct quantise_saturations {
  uint64_t u = 0, delta = 0, a = 0, b = 0, c = 0, d = 0, z = 0, delta_bias = 0, h0 = 0;
  uint64_t total() const { return u + delta + a + b + c + d + z + delta_bias + h0; }
};

struct quantised_scan {
  scan_shape shape;
  scan_options options;
  scan_scales scales;
  std::vector<int16_t> u, delta, a, b, c, d, z, delta_bias;
  std::vector<int32_t> h0;
  quantise_saturations saturations;
};

}  // namespace scansim
