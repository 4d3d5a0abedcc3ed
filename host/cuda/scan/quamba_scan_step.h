// The arithmetic of Quamba's int8 scan, one leaf at a time, shared by the kernels and their twins:
//   dt = softplus(s_delta q_delta + bias),  a = exp(dt A),  du = dt u s_B,  h = a h + du q_B,
//   y = (s_C sum_n q_C h + D u) silu(z)
// The scales of B and C are factored out of the loop over states: two multiplications per token instead of
// per state. Two ways to make exps: `polynomial` has the same bits on host and device; `unit` is the special
// function unit, where A log2 e is what a lane holds. Contract, the order of the sum over states of
// quamba_scan: state n belongs to lane n mod 16, a lane adds its states in ascending order by fma, the 16
// lane sums are added at distance 8, 4, 2, 1. Absent states are q = 0.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/numerics/silu_float.h"
#include "host/cuda/numerics/softplus_float.h"
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/quamba_scan_call.h"

namespace scansim {

constexpr int quamba_scan_lanes = 16;
constexpr int quamba_scan_most_states = 256;

struct quamba_token {
  float dt, du, u;
};

template <exp_method way>
SCANSIM_HD quamba_token quamba_token_of(int8_t q_u, int8_t q_delta, float bias,
                                        const quamba_scan_scales& scales, bool delta_softplus) {
  const float u = dequantise_int8(q_u, scales.u);
  float dt = fma_rn(float_of_int8(q_delta), scales.delta, bias);
  if (delta_softplus) dt = way == exp_method::unit ? softplus_unit(dt) : softplus_float(dt);
  return {dt, mul_rn(mul_rn(dt, u), scales.b), u};
}

// exp(dt A), `a` as quamba_a() gives it.
template <exp_method way>
SCANSIM_HD float quamba_decay(float dt, float a) {
  return way == exp_method::unit ? exp2_unit(mul_rn(dt, a)) : exp_float_negative(mul_rn(dt, a));
}

// The next state: h of the token before, q_b as float.
template <exp_method way>
SCANSIM_HD float quamba_next_state(float h, float a, float q_b, const quamba_token& token) {
  return fma_rn(quamba_decay<way>(token.dt, a), h, mul_rn(token.du, q_b));
}

SCANSIM_HD float quamba_readout(float sum, float d, float u, const quamba_scan_scales& scales) {
  return fma_rn(d, u, mul_rn(scales.c, sum));
}

template <exp_method way>
SCANSIM_HD float quamba_gate(float y, int8_t q_z, const quamba_scan_scales& scales) {
  const float z = dequantise_int8(q_z, scales.z);
  return mul_rn(y, way == exp_method::unit ? silu_unit(z) : silu_float(z));
}

// A; for the unit A log2 e.
template <exp_method way>
SCANSIM_HD float quamba_a(float q_a_log, const quamba_scan_scales& scales) {
  if constexpr (way == exp_method::unit)
    return mul_rn(-log2_e, exp2_unit(mul_rn(q_a_log, scales.a_log * log2_e)));
  return -exp_float(mul_rn(q_a_log, scales.a_log));
}

template <typename Call>
SCANSIM_HD void quamba_store_y(const Call& call, int64_t index, float y) {
  if (call.y_precision == gpu_precision::fp16)
    static_cast<half_bits*>(call.y)[index] = from_float<half_bits>(y);
  else
    static_cast<float*>(call.y)[index] = y;
}

}  // namespace scansim
