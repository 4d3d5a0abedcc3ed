// One Mamba layer in the machine's integers, operator by operator as the block program runs it:
//   r s16 -> rms_norm -> in_proj -> (x, z); then each branch:
//   conv1d_silu(x) -> u; x_proj(u) -> (dt, B, C); dt_proj(dt) -> delta; scan -> y s16 -> hadamard or
//   requantise -> s8 -> out_proj + residual -> r
// A language model has one branch; a bidirectional one a second that reads and writes the tokens from the
// last to the first (hls/units/README.md, section 5). Merged branches both read the residual stream as it
// was; their y is added, saturating at 16 bits, and goes through one output. Contract: every value is an
// integer of hls/README.md, hls/gemm/README.md and hls/units/README.md. Values only: quantise_layers.h
// chooses them, run_layer.h computes with them, host/program compiles them.
#pragma once
#include <cstdint>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "host/quantise/quantised_linear.h"
#include "host/quantise/quantised_scan.h"
#include "traces/state_choice.h"

namespace scansim {

using int16_matrix = Eigen::Matrix<int16_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct quantised_norm {
  std::vector<int16_t> w;  // weight * sqrt(d_model)
  uint64_t eps_sum = 1;
  int shift = 0;
};

// A projection with the finish of each output channel.
struct quantised_projection {
  quantised_linear linear;
  std::vector<hls::gemm_channel> channel;
};

struct quantised_conv {
  int8_matrix w;  // (D, width)
  std::vector<int32_t> bias;
  std::vector<hls::gemm_channel> channel;
  int shift_out = 0;
};

// Scan output to the input of out_proj.
struct quantised_output {
  bool hadamard = true;
  int m = 1, log2 = 0;  // size m * 2^log2
  int shift = 0;
};

// Everything between in_proj and the residual stream that a direction has of its own.
struct quantised_branch {
  quantised_conv conv;
  quantised_projection x_proj, dt_proj;
  quantised_scan scan;  // A, D, delta_bias and scales; the rest is filled per call
  kept_states kept;     // empty: all states
  quantised_output output;
  std::vector<hls::gemm_channel> out_channel;  // finish of the layer's out_proj
};

struct quantised_layer {
  quantised_norm norm;
  quantised_projection in_proj;
  std::vector<quantised_branch> branches;  // forward, then backward if there is one
  quantised_linear out_proj;               // of all branches
  bool merged = false;                     // output and out_channel of all branches are the first one's

  size_t outputs() const { return merged ? 1 : branches.size(); }
};

struct quantised_branch_state {
  std::vector<int32_t> h;  // (D, kept states)
  int8_matrix history;     // (D, conv - 1)
};

}  // namespace scansim
