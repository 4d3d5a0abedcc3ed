// The scan operator of h -> a h + b: (a0,b0) then (a1,b1) is (a1 a0, a1 b0 + b1), identity (1, 0). Contract:
// the identity is exact on both sides; associative up to rounding. The recurrence of every selective scan is
// the inclusive scan of these.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

struct affine {
  float a, b;  // no defaults: it lies in shared memory
};

inline constexpr affine affine_identity{1.0f, 0.0f};

SCANSIM_HD affine compose(affine first, affine second) {
  return {mul_rn(second.a, first.a), fma_rn(second.a, first.b, second.b)};
}

SCANSIM_HD float apply(affine map, float h) { return fma_rn(map.a, h, map.b); }

}  // namespace scansim
