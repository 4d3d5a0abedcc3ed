// softplus and silu for the float kernels, through the special function unit: few instructions, a relative
// error of some 1e-6, and (unlike softplus_float and silu_float) not the same bits on host and device.
//   softplus_unit(x) = x > 20 ? x : max(x, 0) + log1p(2^(-|x| log2 e)),  silu_unit(x) = x / (1 + 2^(-x log2
//   e))
// log1p is a polynomial of degree 10 (own minimax fit on [0, 1], relative error 4.7e-9 before rounding), so
// that small results keep their relative accuracy, which log2 of the unit would lose. Contract: |relative
// error| <= 4e-6 where the result is at least 1e-37; 0 below. Choose the *_float forms where the bits must
// agree.
#pragma once
#include "host/cuda/numerics/exp2_float.h"

namespace scansim {

// Operations of the special function unit for one value.
inline constexpr double softplus_unit_ops = 1, silu_unit_ops = 2;

SCANSIM_HD float reciprocal_unit(float x) {
#ifdef __CUDA_ARCH__
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
#else
  return div_rn(1.0f, x);
#endif
}

// log(1 + e) for e in [0, 1].
SCANSIM_HD float log1p_unit_interval(float e) {
  float p = -3.2440246083e-3f;
  p = fma_rn(p, e, 1.98514598155e-2f);
  p = fma_rn(p, e, -5.69595295249e-2f);
  p = fma_rn(p, e, 1.06036544123e-1f);
  p = fma_rn(p, e, -1.53055923012e-1f);
  p = fma_rn(p, e, 1.96759391696e-1f);
  p = fma_rn(p, e, -2.49541336413e-1f);
  p = fma_rn(p, e, 3.33299624158e-1f);
  p = fma_rn(p, e, -4.99999024228e-1f);
  p = fma_rn(p, e, 9.99999995287e-1f);
  return mul_rn(p, e);
}

SCANSIM_HD float softplus_unit(float x) {
  const float magnitude = x < 0.0f ? -x : x;
  const float tail = log1p_unit_interval(exp2_unit(mul_rn(magnitude, -log2_e)));
  const float sum = add_rn(x < 0.0f ? 0.0f : x, tail);
  return x > 20.0f ? x : sum;
}

SCANSIM_HD float silu_unit(float x) {
  return mul_rn(x, reciprocal_unit(add_rn(1.0f, exp2_unit(mul_rn(x, -log2_e)))));
}

// The same with one operation of the unit: the reciprocal of 1 + t, t = 2^(-|x| log2 e) in (0, 1], is a
// polynomial of degree 5 (own minimax fit, relative error 5.2e-5: a fifth of a half's rounding). For outputs
// of 16 bits in kernels that the unit binds: 5 instructions more, 8 clocks of the unit less.
SCANSIM_HD float silu_short(float x) {
  const float t = exp2_unit(mul_rn(x < 0.0f ? -x : x, -log2_e));
  float p = -1.0448446503e-1f;
  p = fma_rn(p, t, 4.1793786013e-1f);
  p = fma_rn(p, t, -7.7057292971e-1f);
  p = fma_rn(p, t, 9.5342074372e-1f);
  p = fma_rn(p, t, -9.9627570020e-1f);
  p = fma_rn(p, t, 9.9994898220e-1f);
  return mul_rn(mul_rn(x, p), x < 0.0f ? t : 1.0f);
}

}  // namespace scansim
