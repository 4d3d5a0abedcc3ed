// Where a Mamba model's forward pass can be watched or changed: one call per named activation, in the order
// in which the model computes them, with the values as a matrix (features, tokens). Contract: what a tap
// writes into the matrix is what the model goes on with, so a tap that rounds values gives the model with
// that one tensor quantised. Choose it for calibration (which range has a tensor), for pruning statistics and
// for asking what a single tensor's rounding costs. It sees no weights and not the scan state.
#pragma once
#include <cstdint>
#include <functional>

#include "models/nn/mamba_state.h"

namespace scansim {

enum class activation {
  residual,    // (d_model): the embedding (layer -1), then what each layer leaves
  norm,        // (d_model): input of in_proj; layer n_layers: input of the head
  conv_input,  // (D): the x half of in_proj
  z,           // (D): the z half
  u,           // (D): after convolution and silu; input of x_proj and of the scan
  dt,          // (dt_rank): input of dt_proj
  b,           // (N)
  c,           // (N)
  delta,       // (D): output of dt_proj, before bias and softplus
  y,           // (D): output of the gated scan, input of out_proj
};
inline constexpr int num_activations = 10;
inline constexpr const char* activation_names[num_activations] = {
    "residual", "norm", "conv_input", "z", "u", "dt", "b", "c", "delta", "y"};

using activation_tap = std::function<void(activation site, int64_t layer, Eigen::Ref<float_matrix> values)>;

}  // namespace scansim
