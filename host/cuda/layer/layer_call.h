// One layer of a Mamba model as its kernels take it, step by step, each result in memory:
//   y = x + out_proj(scan(u = silu(conv1d(v)), dt_proj(dt), B, C, z)),  (v, z) = in_proj(rms_norm(x)),
//   (dt, B, C) = x_proj(u)
// x, y (batch, L, d_model), tokens outermost; what lies between norm and out_proj has features outermost,
// (batch, features, L), as scan and convolution take it. Activations and weights of projections have the type
// `precision` (fp32, fp16, bf16), the norm's weights, those of the convolution, A, D, biases and states of
// the scan float32. Null pointers: no conv_state, no h0. Contract: 1 <= N <= 256, width 2 to 4. One
// direction.
#pragma once
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

struct layer_call {
  int batch = 1, length = 1, d_model = 1, channels = 1, states = 1, rank = 1, width = 4;
  float eps = 1e-5f;
  gpu_precision precision = gpu_precision::fp32;
  const void *x = nullptr, *in_proj = nullptr, *x_proj = nullptr, *dt_proj = nullptr, *out_proj = nullptr;
  const void* conv_state = nullptr;
  const float *norm = nullptr, *conv_weight = nullptr, *conv_bias = nullptr;
  const float *a = nullptr, *d = nullptr, *dt_bias = nullptr, *h0 = nullptr;
  // Between the steps.
  void *normed = nullptr, *conv_input = nullptr, *z = nullptr, *u = nullptr, *dt = nullptr, *b = nullptr,
       *c = nullptr, *delta = nullptr, *scanned = nullptr;
  void* y = nullptr;
  float* h_last = nullptr;
};

enum class layer_step { norm, in_proj, conv1d, x_proj, dt_proj, scan, out_proj };
constexpr layer_step layer_steps[] = {layer_step::norm,    layer_step::in_proj, layer_step::conv1d,
                                      layer_step::x_proj,  layer_step::dt_proj, layer_step::scan,
                                      layer_step::out_proj};
const char* layer_step_name(layer_step step);  // "norm", "in_proj", ...

// Each step's own call. Throws std::invalid_argument for sizes that no kernel takes.
gpu_rms_norm norm_of(const layer_call& layer);
projection_call projection_of(const layer_call& layer, layer_step step);  // of a step that is one
causal_conv1d_call conv_of(const layer_call& layer);
scan_call scan_of(const layer_call& layer);
void check_layer(const layer_call& layer);

// One step by whatever runs its kernels: run.norm(call), run.project(call), run.convolve(call),
// run.scan(call).
template <class Run>
void run_layer_step(const layer_call& layer, layer_step step, Run&& run) {
  switch (step) {
    case layer_step::norm:
      return run.norm(norm_of(layer));
    case layer_step::conv1d:
      return run.convolve(conv_of(layer));
    case layer_step::scan:
      return run.scan(scan_of(layer));
    default:
      return run.project(projection_of(layer, step));
  }
}

}  // namespace scansim
