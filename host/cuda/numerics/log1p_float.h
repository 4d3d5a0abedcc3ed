// log(1 + x) in float32 for 0 <= x <= 2^126: 1 + x = 2^e (1 + r), r in [-1/3, 1/3], found without losing the
// low bits of x; then e ln 2 + log1p(r) by r + r^2 P(r). Contract: the same bits on host and device; <= 4
// ulp. It does not serve negative x or infinity. Coefficients: minimax of the error relative to log1p(r),
// fitted and rounded as in exp_float.h; 4.7e-9 before float evaluation.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

SCANSIM_HD float log1p_float(float x) {
  // e such that (1 + x) 2^-e is in [2/3, 4/3): the bits of 2/3 are subtracted, the mantissa dropped.
  const uint32_t e_shifted = (float_to_bits(add_rn(x, 1.0f)) - 0x3f2aaaabu) & 0xff800000u;
  const float scale = bits_to_float(0x3f800000u - e_shifted);  // 2^-e
  const float r = fma_rn(x, scale, add_rn(scale, -1.0f));
  float p = -0x1.07c964p-3f;
  p = fma_rn(p, r, 0x1.1e678cp-3f);
  p = fma_rn(p, r, -0x1.f332a6p-4f);
  p = fma_rn(p, r, 0x1.1ed662p-3f);
  p = fma_rn(p, r, -0x1.559c46p-3f);
  p = fma_rn(p, r, 0x1.99d044p-3f);
  p = fma_rn(p, r, -0x1.fffefcp-3f);
  p = fma_rn(p, r, 0x1.555506p-2f);
  p = fma_rn(p, r, -0.5f);
  p = fma_rn(mul_rn(r, r), p, r);
  const float e = static_cast<float>(static_cast<int32_t>(e_shifted) >> 23);
  return fma_rn(e, 0x1.62e430p-1f, p);
}

}  // namespace scansim
