// Steps of a chunk and what it adds to the state: per token dt = softplus(dt + bias) and the sum s of dt A
// log2 e,
//   state[p, n] = sum over tokens k of 2^(s_last - s_k) dt_k x[k, p] B[k, n],
// a product of matrices over the tokens by the tensor cores (matrix_unit.h), x weighted and rounded to its
// type before it; int8 enters as whole numbers, scales of x and B behind the product. Contract: grid (chunks,
// heads, ceil(P / 64)), block 128. Chunks of a sequence are independent of each other:
// ssd_state_passing_kernel.cuh joins them. Source: Dao and Gu 2024, section 6; chunk_cumsum and chunk_state
// of mamba_ssm are the same two steps. Counted, not measured on a device yet (nvcc 13.0, sm_90): bf16 292
// instructions for 64 tokens by 64 states, 32 products a warp, loads of 64 bytes a thread in flight; fp32
// 1556 for 192; int8 398 (545 with a conversion for each byte); 96 registers, no spills (../sass).
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/ssd/ssd_tiles.cuh"

namespace scansim {

// One warp: dt and sums of the chunk's tokens into shared memory, 256 slots. Slots behind the last token have
// step 0, so that sums go on unchanged.
template <typename In>
__device__ void ssd_steps(const gpu_ssd& call, const ssd_chunk& chunk, int head, float* dt_of,
                          float* sum_of) {
  constexpr int per_lane = most_chunk_tokens / 32;
  const int lane = threadIdx.x;
  const In* steps = static_cast<const In*>(call.dt) + int64_t{chunk.first_token} * call.heads + head;
  const float bias = call.dt_bias ? call.dt_bias[head] : 0.0f, rate = call.a[head] * log2_e;
  float dt[per_lane], sum[per_lane], total = 0.0f;
#pragma unroll
  for (int i = 0; i < per_lane; ++i) {
    const int t = lane * per_lane + i;
    dt[i] = t < chunk.tokens ? ssd_value(steps[int64_t{t} * call.heads], call.activations.dt) + bias : 0.0f;
  }
#pragma unroll
  for (int i = 0; i < per_lane; ++i) {
    if (call.dt_softplus) dt[i] = softplus_unit(dt[i]);
    dt[i] = ssd_limited(dt[i], call.dt_low, call.dt_high);
    if (lane * per_lane + i >= chunk.tokens) dt[i] = 0.0f;
    total = fma_rn(dt[i], rate, total);
    sum[i] = total;
  }
  float before = total;
#pragma unroll
  for (int lanes = 1; lanes < 32; lanes *= 2) {
    const float other = __shfl_up_sync(0xffffffffu, before, lanes);
    if (lane >= lanes) before += other;
  }
  before -= total;
#pragma unroll
  for (int i = 0; i < per_lane; ++i) {
    dt_of[lane * per_lane + i] = dt[i];
    sum_of[lane * per_lane + i] = before + sum[i];
  }
}

// What a product of whole numbers of x and B stands for.
template <typename In>
__device__ __forceinline__ float ssd_product_scale(const gpu_ssd& call, int head, int group, int p) {
  if (p >= call.head_channels) return 1.0f;
  return ssd_x_scale<In>(call, head, p) * ssd_group_scale<In>(call.activations.b, group);
}

template <typename In>
__global__ void __launch_bounds__(ssd_threads)
    ssd_chunk_state_kernel(const gpu_ssd call, ssd_vectors vectors) {
  using T = typename ssd_arithmetic<In>::type;
  constexpr int width = 16 / sizeof(In);
  alignas(16) __shared__ T x_turned[ssd_tile * ssd_turned_stride];
  alignas(16) __shared__ T b_turned[ssd_tile * ssd_turned_stride];
  __shared__ float dt_of[most_chunk_tokens], sum_of[most_chunk_tokens];
  const ssd_chunk chunk = call.chunk[blockIdx.x];
  const int head = blockIdx.y, group = head / (call.heads / call.groups),
            first_channel = blockIdx.z * ssd_tile;
  const int64_t own = int64_t{blockIdx.x} * call.heads + head;
  if (threadIdx.x < 32) ssd_steps<In>(call, chunk, head, dt_of, sum_of);
  __syncthreads();
  if (blockIdx.z == 0)
    for (int t = threadIdx.x; t < call.chunk_tokens; t += ssd_threads) {
      call.steps[own * 2 * call.chunk_tokens + t] = dt_of[t];
      call.steps[(own * 2 + 1) * call.chunk_tokens + t] = sum_of[t];
    }
  const float last = sum_of[most_chunk_tokens - 1];
  const int64_t x_pitch = int64_t{call.heads} * call.head_channels,
                b_pitch = int64_t{call.groups} * call.states;
  const In* x = static_cast<const In*>(call.x) + chunk.first_token * x_pitch + head * call.head_channels +
                first_channel;
  const In* b = static_cast<const In*>(call.b) + chunk.first_token * b_pitch + group * call.states;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  for (int first = 0; first < call.states; first += ssd_tile) {
    float sums[8][4] = {};
    for (int t = 0; t < chunk.tokens; t += ssd_tile) {
      load_turned(x_turned, x + t * x_pitch, x_pitch, chunk.tokens - t, call.head_channels - first_channel,
                  vectors.x, [&](int k, const auto& from, auto& to) {
                    const float weight = exp2_unit(last - sum_of[t + k]) * dt_of[t + k];
#pragma unroll
                    for (int i = 0; i < width; ++i)
                      to[i] = from_float<T>(ssd_value_of(from, i, 1.0f) * weight);
                  });
      load_turned(b_turned, b + t * b_pitch + first, b_pitch, chunk.tokens - t, call.states - first,
                  vectors.b, ssd_as_they_are{});
      __syncthreads();
      multiply_tiles<ssd_tile>(sums, x_turned, ssd_turned_stride, b_turned, ssd_turned_stride, 8);
      __syncthreads();
    }
    float* states = call.chunk_states + own * call.head_channels * call.states;
    const int row = first_channel + warp * matrix_rows + lane / 4;
    const float scale[2] = {ssd_product_scale<In>(call, head, group, row),
                            ssd_product_scale<In>(call, head, group, row + 8)};
#pragma unroll
    for (int j = 0; j < 8; ++j)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int p = row + i / 2 * 8, n = first + j * 8 + lane % 4 * 2 + i % 2;
        if (p < call.head_channels && n < call.states)
          states[int64_t{p} * call.states + n] = sums[j][i] * scale[i / 2];
      }
  }
}

}  // namespace scansim
