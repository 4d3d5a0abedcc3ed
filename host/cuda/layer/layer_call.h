// One layer of a Mamba model as its kernels take it, step by step, each result in memory:
//   y = x + out_proj(scan(u = silu(conv1d(v)), dt_proj(dt), B, C, z)),  (v, z) = in_proj(rms_norm(x)),
//   (dt, B, C) = x_proj(u);  of two directions (Vim) both scans added, rounded, before out_proj, the second
//   from the last token to the first
// x, y (batch, L, d_model), tokens outermost; what lies between norm and out_proj has features outermost,
// (batch, features, L), in the order of the tokens, as scan and convolution take it. Activations and weights
// of projections have the type `precision` (fp32, fp16, bf16), the norm's weights, those of the convolution,
// A, D, biases and states of the scan float32. Null pointers: no conv_state, no h0; two directions have
// neither. Contract: 1 <= N <= 256, width 2 to 4.
#pragma once
#include <vector>

#include "host/cuda/conv/causal_conv1d_call.h"
#include "host/cuda/scan/scan_call.h"

namespace scansim {

// y[t, c] = x[t, c] weight[c] / sqrt(mean_c x^2 + eps), of `tokens` rows.
struct gpu_rms_norm {
  int tokens = 1, channels = 1;
  float eps = 1e-5f;
  gpu_precision precision = gpu_precision::fp32;
  const void* x = nullptr;
  const float* weight = nullptr;
  void* y = nullptr;
};

// Rows of a projection's result that go to a place of their own, (batch, rows, L).
struct projection_part {
  void* to = nullptr;
  int rows = 0;
};
constexpr int most_projection_parts = 3;

// weight (outputs, inputs) times x: (batch, L, inputs), or (batch, inputs, L) where features are outermost.
// The result goes to its parts, or where y is given, (batch, L, outputs), there, on top of the residual.
struct projection_call {
  int batch = 1, outputs = 1, inputs = 1, tokens = 1;
  gpu_precision precision = gpu_precision::fp32;
  bool features_first = false;
  const void *weight = nullptr, *x = nullptr, *residual = nullptr;
  projection_part part[most_projection_parts];
  void* y = nullptr;
};

// to += other, rounded to the type, of `count` elements.
struct added_values {
  int64_t count = 0;
  gpu_precision precision = gpu_precision::fp32;
  void* to = nullptr;
  const void* other = nullptr;
};

// What a direction has of its own: weights, then results.
struct layer_branch {
  const void *x_proj = nullptr, *dt_proj = nullptr;
  const float *conv_weight = nullptr, *conv_bias = nullptr, *a = nullptr, *d = nullptr, *dt_bias = nullptr;
  void *u = nullptr, *dt = nullptr, *b = nullptr, *c = nullptr, *delta = nullptr, *scanned = nullptr;
  float* h_last = nullptr;
};
constexpr int most_directions = 2;

struct layer_call {
  int batch = 1, length = 1, d_model = 1, channels = 1, states = 1, rank = 1, width = 4, directions = 1;
  float eps = 1e-5f;
  gpu_precision precision = gpu_precision::fp32;
  const void *x = nullptr, *in_proj = nullptr, *out_proj = nullptr, *conv_state = nullptr;
  const float *norm = nullptr, *h0 = nullptr;
  void *normed = nullptr, *conv_input = nullptr, *z = nullptr;  // between the steps
  layer_branch branch[most_directions];
  void* y = nullptr;
};

enum class layer_step {
  norm,
  in_proj,
  conv1d,
  x_proj,
  dt_proj,
  scan,
  backward_conv1d,
  backward_x_proj,
  backward_dt_proj,
  backward_scan,
  add,
  out_proj
};
std::vector<layer_step> layer_steps(int directions);  // in their order
const char* layer_step_name(layer_step step);         // "norm", "in_proj", "backward conv1d", ...

// Each step's own call. Throws std::invalid_argument for sizes that no kernel takes.
gpu_rms_norm norm_of(const layer_call& layer);
projection_call projection_of(const layer_call& layer, layer_step step);  // of a step that is one
causal_conv1d_call conv_of(const layer_call& layer, int direction = 0);
scan_call scan_of(const layer_call& layer, int direction = 0);
added_values added_of(const layer_call& layer);
void check_layer(const layer_call& layer);

// One step by whatever runs its kernels: run.norm(call), run.project(call), run.convolve(call),
// run.scan(call), run.add(call).
template <class Run>
void run_layer_step(const layer_call& layer, layer_step step, Run&& run) {
  switch (step) {
    case layer_step::norm:
      return run.norm(norm_of(layer));
    case layer_step::conv1d:
      return run.convolve(conv_of(layer));
    case layer_step::backward_conv1d:
      return run.convolve(conv_of(layer, 1));
    case layer_step::scan:
      return run.scan(scan_of(layer));
    case layer_step::backward_scan:
      return run.scan(scan_of(layer, 1));
    case layer_step::add:
      return run.add(added_of(layer));
    default:
      return run.project(projection_of(layer, step));
  }
}

}  // namespace scansim
