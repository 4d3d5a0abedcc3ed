// One token of an SSD call: s = 2^(dt A log2 e) s + dt x B, y = (sum s C + D x) silu(z), dt = softplus(dt +
// bias) if asked for. The decay is one number a head: a thread computes it once for `rows` channels. `lanes`
// neighbours split the states of a channel, 16 bytes of state to a lane and access, `quads` of them; B and C
// are read once for the rows. Contract: grid.x = ceil(batch H ceil(P / rows) lanes / 128), block 128; N <= 16
// bytes of states x lanes x quads; the state is rounded to its type after y has used it; an int8 state as
// ssd_update_step.h. Bound by memory: two state sizes. Source: selective_state_update of mamba_ssm with tied
// A and dt; Quamba's decode for the int8 state.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/ssd/ssd_update_step.h"

namespace scansim {

template <int lanes_, int quads_>
struct ssd_update_shape {
  static constexpr int threads = 128, rows = 4, lanes = lanes_, quads = quads_;
};

// Width states from n, 16 bytes at a time where `vector` says that rows are made of these.
template <int Width, typename T>
SCANSIM_HD void load_states(const T* row, int n, int states, bool vector, T (&out)[Width]) {
  constexpr int most = 16 / sizeof(T), piece = Width < most ? Width : most;
  if (vector && n + Width <= states) {
#pragma unroll
    for (int first = 0; first < Width; first += piece) {
      const packed<T, piece> loaded = load_packed<piece>(row + n + first);
#pragma unroll
      for (int i = 0; i < piece; ++i) out[first + i] = loaded.value[i];
    }
    return;
  }
#pragma unroll
  for (int i = 0; i < Width; ++i) out[i] = n + i < states ? row[n + i] : T{};
}

template <int Width, typename T>
SCANSIM_HD void store_states(T* row, int n, int states, bool vector, const packed<T, Width>& in) {
  if (vector && n + Width <= states) return store_packed(row + n, in);
#pragma unroll
  for (int i = 0; i < Width; ++i)
    if (n + i < states) row[n + i] = in.value[i];
}

template <typename T, typename State, typename Shape>
__global__ void __launch_bounds__(Shape::threads)
    ssd_state_update_kernel(const ssd_update call, ssd_update_vectors vectors) {
  constexpr int width = 16 / sizeof(State), rows = Shape::rows;
  using Out = typename ssd_arithmetic<T>::type;
  const ssd_activation_scales& scale_of = call.activations;
  const uint32_t tiles = static_cast<uint32_t>(call.head_channels + rows - 1) / rows;
  const uint32_t units = static_cast<uint32_t>(call.batch) * vectors.heads.divisor * tiles;
  const uint32_t own = blockIdx.x * (Shape::threads / Shape::lanes) + threadIdx.x / Shape::lanes;
  const int lane = threadIdx.x % Shape::lanes;
  const bool present = own < units;  // surplus lanes take part in shuffles only
  const uint32_t unit = present ? own : units - 1, in_batch = unit / tiles;  // of (batch, H)
  const int states = present ? call.states : 0, first = static_cast<int>(unit - in_batch * tiles) * rows;
  const uint32_t batch = vectors.heads.quotient(in_batch);
  const int head = static_cast<int>(in_batch - batch * vectors.heads.divisor);
  const int64_t head_row = in_batch;
  const int count = call.head_channels - first < rows ? call.head_channels - first : rows;

  float dt = ssd_value(static_cast<const T*>(call.dt)[head_row], scale_of.dt);
  if (call.dt_bias) dt += call.dt_bias[head];
  if (call.dt_softplus) dt = softplus_unit(dt);
  dt = ssd_limited(dt, call.dt_low, call.dt_high);
  const float decay = exp2_unit(dt * (call.a[head] * log2_e));
  const uint32_t group = vectors.group_heads.quotient(static_cast<uint32_t>(head));
  const int64_t bc_row = (int64_t{batch} * call.groups + group) * call.states;
  const float b_scale = ssd_group_scale<T>(scale_of.b, group),
              c_scale = ssd_group_scale<T>(scale_of.c, group);
  const int64_t x_row = head_row * call.head_channels + first;
  float x[rows], sum[rows] = {};
#pragma unroll
  for (int r = 0; r < rows; ++r)
    x[r] = r < count
               ? ssd_value(static_cast<const T*>(call.x)[x_row + r], ssd_x_scale<T>(call, head, first + r))
               : 0.0f;
#pragma unroll
  for (int q = 0; q < Shape::quads; ++q) {
    const int n = (q * Shape::lanes + lane) * width;
    State s[rows][width];
    T b[width], c[width];
    const State* state = static_cast<const State*>(call.state) + x_row * call.states;
    const T *own_b = static_cast<const T*>(call.b) + bc_row, *own_c = static_cast<const T*>(call.c) + bc_row;
    if (vectors.states && vectors.operands && count == rows &&
        n + width <= states) {  // all loads in flight at once
#pragma unroll
      for (int r = 0; r < rows; ++r) load_states<width>(state + r * call.states, n, n + width, true, s[r]);
      load_states<width>(own_b, n, n + width, true, b);
      load_states<width>(own_c, n, n + width, true, c);
    } else {
#pragma unroll
      for (int r = 0; r < rows; ++r)
        load_states<width>(state + r * call.states, n, r < count ? states : 0, false, s[r]);
      load_states<width>(own_b, n, states, false, b);
      load_states<width>(own_c, n, states, false, c);
    }
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      const ssd_scale_row scales = ssd_scales_of(call, head, first + (r < count ? r : 0));
      packed<State, width> next;
#pragma unroll
      for (int i = 0; i < width; i += 4) {
        float value[4];
        ssd_scale_quad quad;
#pragma unroll
        for (int k = 0; k < 4; ++k) {
          if constexpr (sizeof(State) == 1) quad.take(scales, k, n + i + k < call.states ? n + i + k : 0);
          value[k] = fma_rn(decay, ssd_value_of(s[r], i + k, quad.scale[k]),
                            dt * x[r] * ssd_value_of(b, i + k, b_scale));
          sum[r] = fma_rn(value[k], ssd_value_of(c, i + k, c_scale), sum[r]);
        }
        write_quad(value, quad, &next.value[i]);
      }
      store_states<width>(static_cast<State*>(call.state) + (x_row + r) * call.states, n,
                          r < count ? states : 0, vectors.states, next);
    }
  }
#pragma unroll
  for (int r = 0; r < rows; ++r)
#pragma unroll
    for (int half = Shape::lanes / 2; half > 0; half /= 2)
      sum[r] += __shfl_xor_sync(0xffffffffu, sum[r], half);
  if (!present || lane != 0) return;
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    if (r >= count) continue;
    float y = call.d ? fma_rn(call.d[ssd_skip_place(call.d_of_channels, head, call.head_channels, first + r)],
                              x[r], sum[r])
                     : sum[r];
    if (call.z) y *= silu_unit(ssd_value(static_cast<const T*>(call.z)[x_row + r], scale_of.z));
    static_cast<Out*>(call.y)[x_row + r] = from_float<Out>(y);
  }
}

}  // namespace scansim
