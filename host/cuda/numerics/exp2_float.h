// 2^x in float32, three ways. exp2_poly: n = round(x), r = x - n, 1 + r q(r) of degree 6 on [-1/2, 1/2], n
// added to the exponent; runs on the FMA pipes. exp2_unit: the special function unit. exp2_of chooses, and
// `split` sends one call in `every` to the FMA pipes so that both work at once. Contract: exp2(0) is exactly
// 1, x < -126 gives 0, x >= 128 infinity, NaN stays; 2 ulp. exp2_unit is exp2_poly on a CPU: host and device
// differ there by some ulp, nowhere else. Choose exp_float where the bits must agree. Coefficients: own
// minimax fit, relative error 2.6e-9 before rounding.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

inline constexpr float log2_e = 1.44269504088896341f;

SCANSIM_HD float exp2_poly(float x) {
  const float bounded = x > 128.0f ? 128.0f : x;
  // 1.5 * 2^23 leaves round(x) in the low bits of the sum.
  const float shifted = add_rn(bounded, 12582912.0f);
  const float r = add_rn(bounded, -add_rn(shifted, -12582912.0f));
  float p = 1.55946781613e-4f;
  p = fma_rn(p, r, 1.34066439024e-3f);
  p = fma_rn(p, r, 9.61769297299e-3f);
  p = fma_rn(p, r, 5.55031055101e-2f);
  p = fma_rn(p, r, 2.40226527829e-1f);
  p = fma_rn(p, r, 6.93147214968e-1f);
  p = fma_rn(p, r, 1.0f);
  const float result = bits_to_float(float_to_bits(p) + (float_to_bits(shifted) << 23));
  return x < -126.0f ? 0.0f : result;
}

SCANSIM_HD float exp2_unit(float x) {
#ifdef __CUDA_ARCH__
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
#else
  return exp2_poly(x);
#endif
}

enum class exp_method { unit, polynomial, split };

// `index` must be known when compiling (an unrolled loop's), or split costs a branch.
template <exp_method method, int every = 8>
SCANSIM_HD float exp2_of(float x, int index) {
  if constexpr (method == exp_method::unit) return exp2_unit(x);
  if constexpr (method == exp_method::polynomial) return exp2_poly(x);
  return index % every == every - 1 ? exp2_poly(x) : exp2_unit(x);
}

}  // namespace scansim
