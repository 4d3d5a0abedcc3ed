// float tensors <-> integers:  q = clamp( floor(x * 2^frac + 1/2) ),  x' = q * 2^-frac.
// Contract: one rounding rule for every tensor (half up, as the hardware), saturations counted per tensor.
// dequantise is exact in float for operands and for states up to 25 bits, otherwise rounded to the nearest
// float. Choose dequantise(quantise(x)) as the input of the reference when the machine's own error is asked
// for.
#pragma once
#include "host/quantise/quantised_scan.h"

namespace scansim {

// Errors: input_error for a positive A, which the machine cannot represent (its decay is at most 1).
quantised_scan quantise(const scan_tensors& tensors, const scan_scales& scales);

// The same call on exactly the quantised values; without expect_y and expect_h_last.
scan_tensors dequantise(const quantised_scan& scan);

// Integers to values: out[i] = in[i] * 2^-frac.
std::vector<double> dequantise(const std::vector<int32_t>& values, int frac);

}  // namespace scansim
