// One token of a selective scan: s = 2^(dt A log2 e) s + dt x B; y = (sum s C + D x) silu(z), dt =
// softplus(dt + bias) if asked for. `lanes` neighbours hold one channel, `quads` times four states each, so
// that a warp reads the state in order, 8 or 16 bytes a lane; the state is read and written once, in its own
// type, arithmetic in float32. Contract: grid.x = ceil(batch * D * lanes / 128), block 128; N <= 4 * lanes *
// quads; the state is rounded to its type after y has used it. Bound by memory: 2 state sizes + 4 bytes of A
// per (channel, state); A is shared by the batch. It does one token; a long sequence is selective_scan's.
// Counted, not measured on a device yet (nvcc 13.0, sm_90, bf16): A, state, B and C of four states are 4
// loads in flight at once, 40 bytes (before: 1 of 16, and 8 of 2 bytes for B and C). Rows are found without
// divisions (fast_divisor.h): 360 instructions with 7 operations of the unit, before 536 with 11. 32 to 46
// registers, no spills. An int8 state is 4 bytes a lane and access, with one scale or one a channel: 10
// operations of the unit, 3 of them for the inverse of its scale; 480 to 512 instructions, 40 registers.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/scan/scan_rows.h"

namespace scansim {

template <int lanes_, int quads_>
struct update_shape {
  static constexpr int threads = 128, lanes = lanes_, quads = quads_, states = 4 * lanes * quads;
};

// Four states of a channel from state n, absent ones 0.
struct update_operands {
  float a[4], s[4], b[4], c[4];
};

// One access each, all four in flight at once.
template <typename T, typename State>
__device__ __forceinline__ void load_whole4(update_operands& out, const float* a, const State* s, const T* b,
                                            const T* c, int n, float scale) {
  load_row4(a, n, n + 4, true, out.a);
  load_states4(s, n, n + 4, true, scale, out.s);
  load_row4(b, n, n + 4, true, out.b);
  load_row4(c, n, n + 4, true, out.c);
}

template <typename T, typename State>
__device__ __forceinline__ void load_single4(update_operands& out, const float* a, const State* s, const T* b,
                                             const T* c, int64_t row, int64_t stride, int n, int states,
                                             bool vector_states, float scale) {
  load_row4(a, n, states, vector_states, out.a);
  load_states4(s, n, states, vector_states, scale, out.s);
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int64_t at = (row + n + j) * stride;
    out.b[j] = n + j < states ? to_float(b[at]) : 0.0f;
    out.c[j] = n + j < states ? to_float(c[at]) : 0.0f;
  }
}

template <typename T, typename State, typename Shape>
__global__ void __launch_bounds__(Shape::threads)
    state_update_kernel(const state_update_call call, update_access access) {
  const auto channels = static_cast<uint32_t>(call.batch) * static_cast<uint32_t>(call.channels);
  const uint32_t own = blockIdx.x * (Shape::threads / Shape::lanes) + threadIdx.x / Shape::lanes;
  const int lane = threadIdx.x % Shape::lanes;
  const bool present = own < channels;
  // Of (batch, D). Surplus lanes take part in shuffles only: their channel's state is being written by
  // others.
  const uint32_t in_batch = present ? own : channels - 1;
  const int states = present ? call.states : 0;
  const uint32_t batch = access.channels.quotient(in_batch),
                 channel = in_batch - batch * access.channels.divisor;
  const uint32_t group = access.group_channels.quotient(channel);
  const int64_t row = in_batch;
  const int64_t token = row * call.row_stride;

  const float x = to_float(static_cast<const T*>(call.x)[token]);
  float dt = to_float(static_cast<const T*>(call.dt)[token]);
  if (call.dt_bias) dt += call.dt_bias[channel];
  if (call.dt_softplus) dt = softplus_unit(dt);

  const float* a_row = call.a + int64_t{channel} * call.states;
  State* state_row = static_cast<State*>(call.state) + row * call.states;
  const int64_t bc_row = (int64_t{batch} * call.groups + group) * call.states;
  const T *b = static_cast<const T*>(call.b), *c = static_cast<const T*>(call.c);
  float scale = 1.0f, inverse_scale = 1.0f;
  if constexpr (sizeof(State) == 1) {
    scale = call.state_scale[call.scale_of_channels ? channel : 0];
    inverse_scale = div_rn(1.0f, scale);
  }
  float sum = 0.0f;
#pragma unroll
  for (int q = 0; q < Shape::quads; ++q) {
    const int n = (q * Shape::lanes + lane) * 4;
    update_operands o;
    if (access.operands && n + 4 <= states)
      load_whole4(o, a_row, static_cast<const State*>(state_row), b + bc_row, c + bc_row, n, scale);
    else
      load_single4(o, a_row, static_cast<const State*>(state_row), b, c, bc_row, call.row_stride, n, states,
                   access.states, scale);
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      o.s[j] = fma_rn(exp2_unit(dt * (o.a[j] * log2_e)), o.s[j], dt * x * o.b[j]);
      sum = fma_rn(o.s[j], o.c[j], sum);
    }
    store_states4(state_row, n, states, access.states, inverse_scale, o.s);
  }
#pragma unroll
  for (int half = Shape::lanes / 2; half > 0; half /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, half);
  if (!present || lane != 0) return;
  float y = call.d ? fma_rn(call.d[channel], x, sum) : sum;
  if (call.z) y *= silu_unit(to_float(static_cast<const T*>(call.z)[token]));
  static_cast<T*>(call.y)[token] = from_float<T>(y);
}

}  // namespace scansim
