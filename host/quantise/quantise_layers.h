// The layers of a Mamba model, in one direction or two, from float to the machine's integers
// (quantised_layer.h), with every scale chosen from what the float model does on calibration windows:
//   activations  one power of two per tensor, of least squared error; those of the scan by search_scan_scales
//   weights      one power of two per output channel, of least squared error; W4 in the four projections
//   residual     s16, all of its range, also between the two directions
// Directions have scales of their own; they meet in the residual stream. Contract: deterministic; the weights
// come pruned (prune_projections.h). Errors: input_error naming the tensor for sizes or scales that the
// machine does not have.
#pragma once
#include "host/quantise/layer_format.h"
#include "host/quantise/quantised_layer.h"
#include "host/quantise/scan_machine.h"
#include "models/nn/activation_record.h"
#include "traces/layer_scales.h"

namespace scansim {

// Float weights of one direction, borrowed; shapes as in mamba_layer.
struct branch_weights {
  const float_matrix& conv_weight;
  const Eigen::VectorXf& conv_bias;
  const float_matrix& x_proj;
  const float_matrix& dt_proj;
  const std::vector<float>& dt_bias;
  const std::vector<float>& a;
  const std::vector<float>& d;
  const std::vector<float>* h0 = nullptr;  // state before the window, if it does not start from zero
  kept_states kept = {};                   // given; empty: as the format says
};

// From a mamba_layer or a vim_branch.
template <class Branch>
branch_weights borrow_branch(const Branch& b) {
  return {b.conv_weight, b.conv_bias, b.x_proj, b.dt_proj, b.dt_bias, b.a, b.d, nullptr, {}};
}

struct layer_weights {
  const Eigen::VectorXf& norm;
  const float_matrix& in_proj;
  const float_matrix& out_proj;
  std::vector<branch_weights> branches;
};

struct stack_scales {
  int frac_residual = 0;
  std::vector<layer_scales> layers;
};

struct quantised_stack {
  std::vector<quantised_layer> layers;
  stack_scales scales;
};

// `most_frac`: fraction bits that the residual stream may have for what enters it. `given`: instead of what
// would be chosen; input_error if the machine has no shifts for them. Then the record is not looked at,
// unless the format has a state pattern, whose states are chosen from it.
quantised_stack quantise_layers(const std::vector<layer_weights>& layers, float norm_eps, int most_frac,
                                const activation_record& record, const layer_format& format,
                                scan_machine& machine, const stack_scales* given = nullptr);

}  // namespace scansim
