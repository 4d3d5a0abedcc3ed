// One output of the convolution, shared by the kernels and their twins: bias, then the taps oldest first,
// each by fma in float32, then silu through the special function unit. Contract: window holds the W inputs
// that end at the token. On a CPU the unit is a polynomial, so device and host agree within the published
// tolerances, not in bits.
#pragma once
#include "host/cuda/numerics/activation_unit.h"

namespace scansim {

template <int Width>
SCANSIM_HD float causal_conv1d_step(const float* window, const float* weight, float bias, bool silu) {
  float sum = bias;
  for (int tap = 0; tap < Width; ++tap) sum = fma_rn(weight[tap], window[tap], sum);
  return silu ? silu_unit(sum) : sum;
}

}  // namespace scansim
