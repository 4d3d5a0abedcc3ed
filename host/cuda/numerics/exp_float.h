// exp(x) in float32: n = rint(x log2 e), r = x - n ln 2 with ln 2 in two parts (Cody-Waite), a degree-6
// polynomial on |r| <= ln 2 / 2, n added to the exponent as an integer. Contract: the same bits on host and
// device; <= 2 ulp on [-87, 88]; 0 below -126 ln 2 (no subnormal results), infinity from 128 ln 2; finite x.
// exp_float_negative saves the overflow test: the same bits for x <= 0. Choose exp2_unit where bits need not
// agree. Coefficients: minimax of the relative error (Lawson's iteration in 80-bit arithmetic), each rounded
// to float lowest first and the rest fitted again; 3.1e-9 before float evaluation.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

// exp(x) for x in [-126 ln 2, 128 ln 2); any bits outside.
SCANSIM_HD float exp_float_in_range(float x) {
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, nearest even
  const float shifted = fma_rn(x, 1.44269502f, magic);
  const float n = add_rn(shifted, -magic);
  float r = fma_rn(n, -0x1.62e400p-1f, x);  // short enough that this is exact
  r = fma_rn(n, -0x1.7f7d1cp-20f, r);
  float p = 0x1.6a4d5ap-10f;
  p = fma_rn(p, r, 0x1.12398ep-7f);
  p = fma_rn(p, r, 0x1.5558bp-5f);
  p = fma_rn(p, r, 0x1.555492p-3f);
  p = fma_rn(p, r, 0x1.fffffcp-2f);
  p = fma_rn(p, r, 1.0f);
  p = fma_rn(p, r, 1.0f);
  return bits_to_float(float_to_bits(p) +
                       (float_to_bits(shifted) << 23));  // the magic's bits are shifted out
}

// A select, not a branch: the exps of neighbouring tokens are interleaved.
SCANSIM_HD float exp_float_negative(float x) {
  const float value = exp_float_in_range(x);
  return x < -0x1.5d589ep6f ? 0.0f : value;
}

SCANSIM_HD float exp_float(float x) {
  return x >= 0x1.62e430p6f ? bits_to_float(0x7f800000u) : exp_float_negative(x);
}

}  // namespace scansim
