// One token of Quamba's int8 chain: s = 2^(dt A log2 e) s + dt x B; y = (sum s C + D x) silu(z), A =
// -2^(s_A q_A log2 e), dt = softplus(dt + bias) if asked for. A lane has 16 states of a channel, so that its
// state, A, B and C are one access of 16 bytes each, all four in flight at once; `lanes` neighbours hold a
// channel. Every byte becomes a float by a byte permute and an addition, and the new state becomes bytes by
// an addition and permutes: no conversions, which are the special function unit's, and no branches where rows
// are whole 16 bytes. Contract: grid.x = ceil(batch * D * lanes / 128), block 128; N <= 16 lanes. Bound by
// memory: 2 bytes a state, and one of A, which the batch shares; beside it two operations of the unit a
// state, one of them for A, which is made of its logarithm anew. Counted, not measured (../sass).
#pragma once
#include "host/cuda/numerics/fast_divisor.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/scan/quamba_scan_step.h"
#include "host/cuda/scan/quamba_update_call.h"

namespace scansim {

template <int lanes_>
struct quamba_update_shape {
  static constexpr int threads = 128, lanes = lanes_, width = 16, states = width * lanes;
};

// 16 bytes of a row from n, absent ones 0.
struct update_bytes {
  uint32_t word[4] = {};
};
SCANSIM_HD update_bytes load_whole_bytes(const int8_t* row, int n) {
  const packed<uint32_t, 4> words = load_packed<4>(reinterpret_cast<const uint32_t*>(row + n));
  return {{words.value[0], words.value[1], words.value[2], words.value[3]}};
}
SCANSIM_HD update_bytes load_single_bytes(const int8_t* row, int n, int states) {
  update_bytes bytes;
#pragma unroll
  for (int i = 0; i < 16; ++i)
    if (n + i < states) bytes.word[i / 4] |= uint32_t{static_cast<uint8_t>(row[n + i])} << 8 * (i % 4);
  return bytes;
}

SCANSIM_HD void store_update_bytes(int8_t* row, int n, int states, bool whole, const update_bytes& bytes) {
  if (whole) {
    packed<uint32_t, 4> words;
#pragma unroll
    for (int w = 0; w < 4; ++w) words.value[w] = bytes.word[w];
    return store_packed(reinterpret_cast<uint32_t*>(row + n), words);
  }
#pragma unroll
  for (int i = 0; i < 16; ++i)
    if (n + i < states) row[n + i] = static_cast<int8_t>(bytes.word[i / 4] >> 8 * (i % 4) & 0xffu);
}

// What is the same in the whole launch: whether rows of states are whole 16 bytes; 1 / state_scale; D, D / G.
struct quamba_update_access {
  bool whole = false;
  float inverse_scale = 1;
  fast_divisor channels, group_channels;
};
inline quamba_update_access quamba_update_access_of(const quamba_update_call& call) {
  bool whole = call.states % 16 == 0;
  for (const int8_t* start : {static_cast<const int8_t*>(call.state), call.a_log, call.b, call.c})
    whole = whole && reinterpret_cast<uintptr_t>(start) % 16 == 0;
  return {whole, div_rn(1.0f, call.state_scale), fast_divisor(static_cast<uint32_t>(call.channels)),
          fast_divisor(static_cast<uint32_t>(call.channels / call.groups))};
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::threads)
    quamba_update_kernel(const quamba_update_call call, quamba_update_access access) {
  constexpr exp_method way = exp_method::unit;
  const quamba_scan_scales& scales = call.scales;
  const auto channels = static_cast<uint32_t>(call.batch) * access.channels.divisor;
  const uint32_t own = blockIdx.x * (Shape::threads / Shape::lanes) + threadIdx.x / Shape::lanes;
  const int lane = threadIdx.x % Shape::lanes;
  const bool present = own < channels;  // surplus lanes take part in shuffles only
  const uint32_t row = present ? own : channels - 1, batch = access.channels.quotient(row);
  const uint32_t channel = row - batch * access.channels.divisor;
  const int64_t bc_row =
      (int64_t{batch} * call.groups + access.group_channels.quotient(channel)) * call.states;
  const int states = present ? call.states : 0, n = lane * Shape::width;
  const bool whole = access.whole && n < states;

  int8_t* const state_row = call.state + int64_t{row} * call.states;
  const int8_t *a_row = call.a_log + int64_t{channel} * call.states, *b_row = call.b + bc_row,
               *c_row = call.c + bc_row;
  update_bytes s, a_log, b, c;
  if (whole) {  // in flight at once
    s = load_whole_bytes(state_row, n), a_log = load_whole_bytes(a_row, n);
    b = load_whole_bytes(b_row, n), c = load_whole_bytes(c_row, n);
  } else {
    s = load_single_bytes(state_row, n, states), a_log = load_single_bytes(a_row, n, states);
    b = load_single_bytes(b_row, n, states), c = load_single_bytes(c_row, n, states);
  }
  const float bias = call.dt_bias ? dequantise_int8(call.dt_bias[channel], scales.delta_bias) : 0.0f;
  const quamba_token token = quamba_token_of<way>(call.x[row], call.dt[row], bias, scales, call.dt_softplus);
  float sum = 0.0f;
  update_bytes next;
#pragma unroll
  for (int w = 0; w < 4; ++w) {
    float value[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float kept = mul_rn(float_of_byte(s.word[w], i), call.state_scale);
      const float a = quamba_a<way>(float_of_byte(a_log.word[w], i), scales);
      value[i] = quamba_next_state<way>(kept, a, float_of_byte(b.word[w], i), token);
      sum = fma_rn(float_of_byte(c.word[w], i), value[i], sum);
    }
    next.word[w] = quantised_word(value, access.inverse_scale);
  }
  store_update_bytes(state_row, n, states, whole, next);
#pragma unroll
  for (int half = Shape::lanes / 2; half > 0; half /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, half);
  if (!present || lane != 0) return;
  float y = quamba_readout(sum, call.d ? dequantise_int8(call.d[channel], scales.d) : 0.0f, token.u, scales);
  if (call.z) y = quamba_gate<way>(y, call.z[row], scales);
  quamba_store_y(call, row, y);
}

// run(Shape{}) for the smallest that holds N. Host code, the launcher's and the emulated tests'.
template <typename Run>
void with_quamba_update_shape(int states, Run&& run) {
  if (states <= 16) return run(quamba_update_shape<1>{});
  if (states <= 32) return run(quamba_update_shape<2>{});
  if (states <= 64) return run(quamba_update_shape<4>{});
  if (states <= 128) return run(quamba_update_shape<8>{});
  run(quamba_update_shape<16>{});
}
template <typename Shape>
int64_t quamba_update_grid(const quamba_update_call& call) {
  return (int64_t{call.batch} * call.channels * Shape::lanes + Shape::threads - 1) / Shape::threads;
}

}  // namespace scansim
