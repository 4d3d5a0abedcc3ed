// The arithmetic of Quamba's int8 scan, one leaf at a time, shared by the kernel and its twin:
//   dt = softplus(s_delta q_delta + bias),  a = exp(dt A),  du = dt u s_B,  h = a h + du q_B,
//   y = (s_C sum_n q_C h + D u) silu(z)
// The scales of B and C are factored out of the loop over states: two multiplications per token instead of
// per state. Contract, the order of the sum over states: state n belongs to lane n mod 16, a lane adds its
// states in ascending order by fma, the 16 lane sums are added at distance 8, 4, 2, 1. Absent states are q =
// 0.
#pragma once
#include "host/cuda/numerics/quantise_int8.h"
#include "host/cuda/numerics/silu_float.h"
#include "host/cuda/numerics/softplus_float.h"
#include "host/cuda/scan/quamba_scan_call.h"

namespace scansim {

constexpr int quamba_scan_lanes = 16;
constexpr int quamba_scan_most_states = 256;

struct quamba_token {
  float dt, du, u;
};

SCANSIM_HD quamba_token quamba_token_of(int8_t q_u, int8_t q_delta, float bias,
                                        const quamba_scan_scales& scales, bool delta_softplus) {
  const float u = dequantise_int8(q_u, scales.u);
  float dt = fma_rn(static_cast<float>(q_delta), scales.delta, bias);
  if (delta_softplus) dt = softplus_float(dt);
  return {dt, mul_rn(mul_rn(dt, u), scales.b), u};
}

// The next state: h of the token before, q_b as float.
SCANSIM_HD float quamba_next_state(float h, float a, float q_b, const quamba_token& token) {
  return fma_rn(exp_float_negative(mul_rn(token.dt, a)), h, mul_rn(token.du, q_b));
}

SCANSIM_HD float quamba_readout(float sum, float d, float u, const quamba_scan_scales& scales) {
  return fma_rn(d, u, mul_rn(scales.c, sum));
}

SCANSIM_HD float quamba_gate(float y, int8_t q_z, const quamba_scan_scales& scales) {
  return mul_rn(y, silu_float(dequantise_int8(q_z, scales.z)));
}

SCANSIM_HD float quamba_a(int8_t q_a_log, const quamba_scan_scales& scales) {
  return -exp_float(dequantise_int8(q_a_log, scales.a_log));
}

}  // namespace scansim
