// Outputs of 64 tokens of a chunk from the state that enters it and from the tokens before them in the chunk:
//   y[m, p] = 2^(s_m) sum_n C[m, n] S[p, n] + sum_{k <= m} (C_m.B_k) 2^(s_m - s_k) dt_k x[k, p] + D x[m, p],
//   times silu(z)
// three products of matrices by the tensor cores; C.B is weighted in registers, rounded to the type of x and
// is then the left operand of the last. Contract: grid (chunks Q / 64, heads, ceil(P / 64)), block 128; a
// warp has 16 tokens and all 64 channels of the tile; steps and chunk_states are those of ssd_chunk_state and
// ssd_state_passing. Products behind the diagonal are left out, by tiles of 8 tokens. C.B is made anew by
// every head of a group: it costs a third of the arithmetic, and in memory it would cost Q / P of what x
// does. int8 enters the products as whole numbers: C.B is exact, its scales come with the weights; channels
// of x are scaled at the end, what the state brings is divided by their scales before. Source: Dao and Gu
// 2024, section 6. Counted, not measured on a device yet (nvcc 13.0, sm_90): bf16 197 instructions for the 32
// products of a slice, 166 registers, 3 blocks a multiprocessor; fp32 765 for 96, 228 registers, 2 blocks;
// int8 262 for 32, 149 registers (321 with a conversion for each byte in place of a permute and an addition
// for two); no spills (../sass).
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/ssd/ssd_tiles.cuh"

namespace scansim {

// Scales of the tile's channels, of int8.
template <typename In>
struct ssd_channel_scales {};
template <>
struct ssd_channel_scales<int8_t> {
  float scale[ssd_tile], inverse[ssd_tile];
};

template <typename In, typename T = typename ssd_arithmetic<In>::type>
struct ssd_scan_memory : ssd_channel_scales<In> {
  alignas(16) T left[ssd_tile * ssd_slice<T>::stride];   // C
  alignas(16) T right[ssd_tile * ssd_slice<T>::stride];  // S, then B
  alignas(16) T x_turned[ssd_tile * ssd_turned_stride];
  float dt[most_chunk_tokens], sum[most_chunk_tokens];
};

// sums += C of 64 tokens times 64 rows of `right`, over all states, slice by slice. Barriers: before what it
// writes is read, and before it is written again.
template <typename In, typename From, typename Value>
__device__ void ssd_multiply_states(float (&sums)[8][4], ssd_scan_memory<In>& shared, const In* c,
                                    int64_t c_pitch, int c_rows, bool c_vector, const From* right,
                                    int64_t pitch, int rows, bool vector, int states, int tiles,
                                    Value&& value) {
  using slice = ssd_slice<typename ssd_arithmetic<In>::type>;
  for (int n = 0; n < states; n += slice::columns) {
    load_tile<slice::columns, slice::stride>(shared.left, c + n, c_pitch, c_rows, states - n, c_vector,
                                             ssd_as_they_are{});
    load_tile<slice::columns, slice::stride>(shared.right, right + n, pitch, rows, states - n, vector, value);
    __syncthreads();
    multiply_tiles<slice::columns>(sums, shared.left, slice::stride, shared.right, slice::stride, tiles);
    __syncthreads();
  }
}

// C.B of 64 tokens m and 64 tokens k as weights of x: decayed from k to m, none behind the diagonal.
__device__ inline void ssd_weigh(float (&sums)[8][4], const float* dt, const float* sum, int first_m,
                                 int first_k, float scale) {
  const int lane = threadIdx.x % 32, m = first_m + threadIdx.x / 32 * matrix_rows + lane / 4;
  const float own[2] = {sum[m], sum[m + 8]};
#pragma unroll
  for (int j = 0; j < 8; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int k = first_k + j * matrix_columns + lane % 4 * 2 + i % 2;
      const float weight = exp2_unit(own[i / 2] - sum[k]) * (dt[k] * scale);
      sums[j][i] = k <= m + i / 2 * 8 ? sums[j][i] * weight : 0.0f;
    }
}

template <typename In>
__global__ void __launch_bounds__(ssd_threads, sizeof(In) == 4 ? 2 : 3)
    ssd_chunk_scan_kernel(const gpu_ssd call, ssd_vectors vectors) {
  using T = typename ssd_arithmetic<In>::type;
  constexpr bool scaled = sizeof(In) == 1;
  constexpr int depth = matrix_operand<T>::depth, step = depth / matrix_columns;
  __shared__ ssd_scan_memory<In> shared;
  const int blocks = call.chunk_tokens / ssd_tile, at = blockIdx.x / blocks;
  const int first_m = static_cast<int>(blockIdx.x % blocks) * ssd_tile;
  const ssd_chunk chunk = call.chunk[at];
  if (first_m >= chunk.tokens) return;
  const int head = blockIdx.y, group = head / (call.heads / call.groups),
            first_channel = blockIdx.z * ssd_tile;
  const int channels = call.head_channels - first_channel;
  const int64_t own = int64_t{at} * call.heads + head;
  const int64_t x_pitch = int64_t{call.heads} * call.head_channels,
                b_pitch = int64_t{call.groups} * call.states;
  const int64_t x_first = chunk.first_token * x_pitch + head * call.head_channels + first_channel;
  const int64_t b_first = chunk.first_token * b_pitch + group * call.states;
  const In* x = static_cast<const In*>(call.x) + x_first;
  const In* b = static_cast<const In*>(call.b) + b_first;
  const In* c = static_cast<const In*>(call.c) + b_first + first_m * b_pitch;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, rows = chunk.tokens - first_m;
  for (int t = threadIdx.x; t < call.chunk_tokens; t += ssd_threads) {
    shared.dt[t] = call.steps[own * 2 * call.chunk_tokens + t];
    shared.sum[t] = call.steps[(own * 2 + 1) * call.chunk_tokens + t];
  }
  const float c_scale = ssd_group_scale<In>(call.activations.c, group),
              products_scale = c_scale * ssd_group_scale<In>(call.activations.b, group);
  if constexpr (scaled) {
    const int p = threadIdx.x;
    if (p < ssd_tile) {
      shared.scale[p] = p < channels ? ssd_x_scale<In>(call, head, first_channel + p) : 1.0f;
      shared.inverse[p] = div_rn(1.0f, shared.scale[p]);
    }
  }
  float y[8][4] = {};
  ssd_multiply_states(y, shared, c, b_pitch, rows, vectors.c,
                      call.chunk_states + (own * call.head_channels + first_channel) * call.states,
                      call.states, channels, vectors.states, call.states, 8,
                      [](int, const auto& from, auto& to) {
#pragma unroll
                        for (int i = 0; i < 4; ++i) to[i] = from_float<T>(from[i]);
                      });
  const int m = first_m + warp * matrix_rows + lane / 4;
  const float decay[2] = {exp2_unit(shared.sum[m]) * c_scale, exp2_unit(shared.sum[m + 8]) * c_scale};
#pragma unroll
  for (int j = 0; j < 8; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      y[j][i] *= decay[i / 2];
      if constexpr (scaled) y[j][i] *= shared.inverse[j * matrix_columns + lane % 4 * 2 + i % 2];
    }

  for (int first_k = 0; first_k <= first_m; first_k += ssd_tile) {
    const int tiles = first_k < first_m ? 8 : 2 * warp + 2;  // up to the diagonal
    load_turned(shared.x_turned, x + first_k * x_pitch, x_pitch, chunk.tokens - first_k, channels, vectors.x,
                ssd_as_they_are{});
    float weights[8][4] = {};
    ssd_multiply_states(weights, shared, c, b_pitch, rows, vectors.c, b + first_k * b_pitch, b_pitch,
                        chunk.tokens - first_k, vectors.b, call.states, tiles, ssd_as_they_are{});
    ssd_weigh(weights, shared.dt, shared.sum, first_m, first_k, products_scale);
#pragma unroll
    for (int k = 0; k < 8; k += step) {
      if (k >= tiles) continue;
      const matrix_left a = left_of_sums<T>(weights + k);
#pragma unroll
      for (int j = 0; j < 8; ++j)
        multiply_add<T>(
            y[j], a,
            load_right(shared.x_turned + j * matrix_columns * ssd_turned_stride + k * matrix_columns,
                       ssd_turned_stride, lane));
    }
    if (first_k < first_m) __syncthreads();  // x_turned is read no more
  }

#pragma unroll
  for (int j = 0; j < 8; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int t = m + i / 2 * 8, p = j * matrix_columns + lane % 4 * 2 + i % 2;
      if (t >= chunk.tokens || p >= channels) continue;
      const int64_t place = x_first + t * x_pitch + p;
      const int own_skip = ssd_skip_place(call.d_of_channels, head, call.head_channels, first_channel + p);
      const float skip = call.d ? call.d[own_skip] : 0.0f;
      float value = fma_rn(skip, to_float(shared.x_turned[p * ssd_turned_stride + t - first_m]), y[j][i]);
      if constexpr (scaled) value *= shared.scale[p];
      if (call.z) value *= silu_unit(ssd_value(static_cast<const In*>(call.z)[place], call.activations.z));
      static_cast<T*>(call.y)[place] = from_float<T>(value);
    }
}

}  // namespace scansim
