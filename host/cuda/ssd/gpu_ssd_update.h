// One token of an SSD call as a decoder has it: x, z, y (batch, H, P); dt (batch, H); b, c (batch, G, N); a,
// d, dt_bias (H) float32, d also (H, P); the state (batch, H, P, N) is updated in place, in its own type. An
// int8 state has ssd_state_scales; int8 activations, beside which the state is int8, ssd_activation_scales,
// and y is fp16. A null pointer leaves an option out.
#pragma once
#include "host/cuda/numerics/fast_divisor.h"
#include "host/cuda/ssd/gpu_ssd.h"

namespace scansim {

struct ssd_update {
  int batch = 1, heads = 1, head_channels = 1, groups = 1, states = 1;
  bool dt_softplus = false;
  float dt_low = -INFINITY, dt_high = INFINITY;         // of dt behind softplus
  bool d_of_channels = false;                           // d (H, P), else (H)
  gpu_precision precision = gpu_precision::fp32;        // of x, dt, z, b, c, y
  gpu_precision state_precision = gpu_precision::fp32;  // `precision`, fp32 or int8
  const void *x = nullptr, *dt = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const float *a = nullptr, *d = nullptr, *dt_bias = nullptr;
  void *state = nullptr, *y = nullptr;
  ssd_state_scales scales;            // of an int8 state
  ssd_activation_scales activations;  // of precision int8
};

// Throws std::invalid_argument for sizes and types that no kernel takes.
void check_ssd_update(const ssd_update& call);

// What is the same in the whole launch: whether rows of the state, and those of b and c, are made of whole 16
// bytes; divisors.
struct ssd_update_vectors {
  bool states = false, operands = false;
  fast_divisor heads, group_heads;  // H, H / G
};
ssd_update_vectors ssd_vectors_of(const ssd_update& call);

}  // namespace scansim
