// The convolution for the next few tokens of running sequences: one thread per (batch, channel) holds the
// window in registers, walks the call's tokens and writes the state back. Grid (channel blocks of 128,
// batch). Contract: as causal_conv1d_update_call; the new state is the last W - 1 of (old state, x), bit for
// bit. Choose it for decode: tokens are serial here, and a row of many tokens is not read in whole lines.
// Counted by ptxas 13.0: at most 32 registers, no spills. Not measured on a device yet.
#pragma once
#include "host/cuda/conv/causal_conv1d_call.h"
#include "host/cuda/conv/causal_conv1d_step.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

constexpr int causal_conv1d_update_threads = 128;

template <typename T, int Width>
__global__ void __launch_bounds__(causal_conv1d_update_threads)
    causal_conv1d_update_kernel(const causal_conv1d_update_call call) {
  constexpr int halo = Width - 1;
  const int channel = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (channel >= call.channels) return;
  const int64_t row = int64_t{blockIdx.y} * call.channels + channel;
  const T* const x_row = static_cast<const T*>(call.x) + row * call.length;
  T* const y_row = static_cast<T*>(call.y) + row * call.length;
  T* const state_row = static_cast<T*>(call.state) + row * halo;
  const float bias = call.bias ? call.bias[channel] : 0.0f;

  T stored[Width];  // as it lies in memory: the state is copied, not converted
  float window[Width], weight[Width];
  for (int tap = 0; tap < Width; ++tap) weight[tap] = call.weight[int64_t{channel} * Width + tap];
  for (int i = 0; i < halo; ++i) stored[i + 1] = state_row[i];
  for (int i = 0; i < halo; ++i) window[i + 1] = to_float(stored[i + 1]);
  for (int t = 0; t < call.length; ++t) {
    for (int i = 0; i < halo; ++i) stored[i] = stored[i + 1];
    for (int i = 0; i < halo; ++i) window[i] = window[i + 1];
    stored[halo] = x_row[t];
    window[halo] = to_float(stored[halo]);
    y_row[t] = from_float<T>(causal_conv1d_step<Width>(window, weight, bias, call.silu));
  }
  for (int i = 0; i < halo; ++i) state_row[i] = stored[i + 1];
}

}  // namespace scansim
