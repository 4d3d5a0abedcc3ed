// Causal depthwise convolution over whole sequences, bound by memory: a thread owns 16 bytes of neighbouring
// tokens (one token where rows are not aligned) of one channel and reads each once from DRAM; the W - 1
// tokens before them come from the line that the neighbouring thread has just brought into L1. Grid (channel
// blocks, time blocks, batch), block (time, channel) as causal_conv1d_choose says; no shared memory, no
// barrier. Contract: as causal_conv1d_call.h. Choose causal_conv1d_update_kernel for a few tokens with a
// running state. Counted by ptxas 13.0: at most 40 registers on sm_80, 32 on sm_90, no spills. Not measured
// on a device yet.
#pragma once
#include "host/cuda/conv/causal_conv1d_call.h"
#include "host/cuda/conv/causal_conv1d_step.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

// The token at t >= -(W - 1), those before the sequence from the initial state.
template <int Width, typename T>
__device__ __forceinline__ T token_or_state(const T* x_row, const T* state_row, int t) {
  if (t >= 0) return x_row[t];
  return state_row ? state_row[Width - 1 + t] : from_float<T>(0.0f);
}

// The window of Items outputs, oldest first in the order of the walk: W - 1 tokens from before, then `mine`,
// which starts at `first`.
template <int Width, bool Reverse, typename T, int Items>
__device__ __forceinline__ void fill_window(const causal_conv1d_call& call, const T* x_row,
                                            const T* state_row, int first, const packed<T, Items>& mine,
                                            float (&window)[Width - 1 + Items]) {
  constexpr int halo = Width - 1;
  if constexpr (Reverse) {
    const int next = first + Items;
    if (Items >= 4 &&
        next < call.length) {  // the address is aligned to 4 elements, and rows are made of Items
      const packed<T, 4> behind = load_packed<4>(x_row + next);
      for (int i = 0; i < halo; ++i) window[i] = to_float(behind.value[halo - 1 - i]);
    } else {
      for (int i = 0; i < halo; ++i)
        window[i] = next + halo - 1 - i < call.length ? to_float(x_row[next + halo - 1 - i]) : 0.0f;
    }
    for (int i = 0; i < Items; ++i) window[halo + i] = to_float(mine.value[Items - 1 - i]);
  } else {
    if (Items >= 4 && first > 0) {  // the address is aligned to 4 elements
      const packed<T, 4> before = load_packed<4>(x_row + first - 4);
      for (int i = 0; i < halo; ++i) window[i] = to_float(before.value[4 - halo + i]);
    } else {
      for (int i = 0; i < halo; ++i)
        window[i] = to_float(token_or_state<Width>(x_row, state_row, first - halo + i));
    }
    for (int i = 0; i < Items; ++i) window[halo + i] = to_float(mine.value[i]);
  }
}

// Items: tokens per thread, 1 or 16 bytes' worth.
template <typename T, int Width, int Items, bool Reverse = false>
__global__ void __launch_bounds__(256) causal_conv1d_kernel(const causal_conv1d_call call) {
  constexpr int halo = Width - 1;
  const int channel = static_cast<int>(blockIdx.x * blockDim.y + threadIdx.y);
  const int first = static_cast<int>(blockIdx.y * blockDim.x + threadIdx.x) * Items;
  if (channel >= call.channels || first >= call.length) return;
  const int64_t row = int64_t{blockIdx.z} * call.channels + channel;
  const T* const x_row = static_cast<const T*>(call.x) + row * call.length;
  const T* const state = static_cast<const T*>(call.initial_state);
  const T* const state_row = state ? state + row * halo : nullptr;

  float window[halo + Items], weight[Width];
  fill_window<Width, Reverse>(call, x_row, state_row, first, load_packed<Items>(x_row + first), window);
  for (int tap = 0; tap < Width; ++tap) weight[tap] = call.weight[int64_t{channel} * Width + tap];
  const float bias = call.bias ? call.bias[channel] : 0.0f;

  packed<T, Items> result;
  for (int i = 0; i < Items; ++i)
    result.value[Reverse ? Items - 1 - i : i] =
        from_float<T>(causal_conv1d_step<Width>(window + i, weight, bias, call.silu));
  store_packed(static_cast<T*>(call.y) + row * call.length + first, result);

  if (!call.final_state || first > 0) return;
  T* const final_row = static_cast<T*>(call.final_state) + row * halo;
  for (int i = 0; i < halo; ++i)
    final_row[i] = token_or_state<Width>(x_row, state_row, call.length - halo + i);
}

}  // namespace scansim
