// silu(x) = x / (1 + exp(-x)) in float32. Contract: the same bits on host and device; <= 1e-6 relative on
// [-87, 3e38]; -0 below -128 ln 2. The division is IEEE: it costs about ten instructions, so it is for
// once per token and channel, not for once per state.
#pragma once
#include "host/cuda/numerics/exp_float.h"

namespace scansim {

SCANSIM_HD float silu_float(float x) { return div_rn(x, add_rn(1.0f, exp_float(-x))); }

}  // namespace scansim
