// A causal depthwise convolution as the kernels and their twins take it:
//   y[t] = act(bias + sum_w weight[w] x[t - (W - 1) + w]),  act = silu or nothing,  W = 2 to 4.
// x, y (batch, D, L) row-major in `precision` (fp32, fp16, bf16); weight (D, W) and bias (D) float32. A state
// is the W - 1 tokens before the next one, oldest first, (batch, D, W - 1) in `precision`. A null pointer
// leaves that option out; no initial state means zeros. Buffers must not overlap. `reverse` takes the tokens
// from the last to the first, x[t + (W - 1) - w] in place of those before; there are no states then.
#pragma once
#include "host/cuda/scan/scan_call.h"

namespace scansim {

struct causal_conv1d_call {
  int batch = 1, channels = 1, length = 1, width = 4;
  bool silu = true, reverse = false;
  gpu_precision precision = gpu_precision::fp32;
  const void* x = nullptr;
  const float *weight = nullptr, *bias = nullptr;
  const void* initial_state = nullptr;
  void *y = nullptr, *final_state = nullptr;  // states are copies, bit for bit
};

// The same for one or a few tokens of a running sequence: the state is read and replaced in place.
struct causal_conv1d_update_call {
  int batch = 1, channels = 1, length = 1, width = 4;
  bool silu = true;
  gpu_precision precision = gpu_precision::fp32;
  const void* x = nullptr;
  const float *weight = nullptr, *bias = nullptr;
  void *state = nullptr, *y = nullptr;
};

}  // namespace scansim
