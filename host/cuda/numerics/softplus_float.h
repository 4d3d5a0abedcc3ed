// softplus(x) = x <= 20 ? log(1 + exp(x)) : x, in float32, the threshold of the published kernels. Contract:
// the same bits on host and device; <= 1e-6 relative on [-87, 3e38]; 0 below -126 ln 2.
#pragma once
#include "host/cuda/numerics/exp_float.h"
#include "host/cuda/numerics/log1p_float.h"

namespace scansim {

SCANSIM_HD float softplus_float(float x) {
  return x <= 20.0f ? log1p_float(exp_float_negative(x)) : x;  // up to 20 nothing overflows
}

}  // namespace scansim
