// One token of a selective scan: s = 2^(dt A log2 e) s + dt x B; y = (sum s C + D x) silu(z), dt =
// softplus(dt + bias) if asked for. `lanes` neighbours hold one channel, `quads` times four states each, so
// that a warp reads the state in order, 8 or 16 bytes a lane; the state is read and written once, in its own
// type, arithmetic in float32. Contract: grid.x = ceil(batch * D * lanes / 128), block 128; N <= 4 * lanes *
// quads; the state is rounded to its type after y has used it. Bound by memory: 2 state sizes + 4 bytes of A
// per (channel, state); A is shared by the batch. It does one token; a long sequence is selective_scan's.
// Counted, not measured on a device yet (nvcc 13.0): 32 to 48 registers, no spills on sm_80 or sm_90.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/scan/scan_rows.h"

namespace scansim {

template <int lanes_, int quads_>
struct update_shape {
  static constexpr int threads = 128, lanes = lanes_, quads = quads_, states = 4 * lanes * quads;
};

template <typename T, typename State, typename Shape>
__global__ void __launch_bounds__(Shape::threads)
    state_update_kernel(const state_update_call call, bool vector_states) {
  const int64_t channels = int64_t{call.batch} * call.channels;
  const int64_t own = (int64_t{blockIdx.x} * Shape::threads + threadIdx.x) / Shape::lanes;
  const int lane = threadIdx.x % Shape::lanes;
  const bool present = own < channels;
  // Of (batch, D). Surplus lanes take part in shuffles only: their channel's state is being written by
  // others.
  const int64_t row = present ? own : channels - 1;
  const int states = present ? call.states : 0;
  const int batch = static_cast<int>(row / call.channels), channel = static_cast<int>(row % call.channels);
  const int group = channel / (call.channels / call.groups);
  const int64_t token = row * call.row_stride;

  const float x = to_float(static_cast<const T*>(call.x)[token]);
  float dt = to_float(static_cast<const T*>(call.dt)[token]);
  if (call.dt_bias) dt += call.dt_bias[channel];
  if (call.dt_softplus) dt = softplus_unit(dt);

  const float* a_row = call.a + int64_t{channel} * call.states;
  State* state_row = static_cast<State*>(call.state) + row * call.states;
  const int64_t bc_row = (int64_t{batch} * call.groups + group) * call.states;
  float sum = 0.0f;
#pragma unroll
  for (int q = 0; q < Shape::quads; ++q) {
    const int n = (q * Shape::lanes + lane) * 4;
    float a[4], s[4];
    load_row4(a_row, n, states, vector_states, a);
    load_row4(static_cast<const State*>(state_row), n, states, vector_states, s);
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const bool absent = n + j >= states;
      const int64_t at = (bc_row + n + j) * call.row_stride;
      const float b = absent ? 0.0f : to_float(static_cast<const T*>(call.b)[at]);
      const float c = absent ? 0.0f : to_float(static_cast<const T*>(call.c)[at]);
      s[j] = fma_rn(exp2_unit(dt * (a[j] * log2_e)), s[j], dt * x * b);
      sum = fma_rn(s[j], c, sum);
    }
    store_row4(state_row, n, states, vector_states, s);
  }
#pragma unroll
  for (int half = Shape::lanes / 2; half > 0; half /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, half);
  if (!present || lane != 0) return;
  float y = call.d ? fma_rn(call.d[channel], x, sum) : sum;
  if (call.z) y *= silu_unit(to_float(static_cast<const T*>(call.z)[token]));
  static_cast<T*>(call.y)[token] = from_float<T>(y);
}

}  // namespace scansim
