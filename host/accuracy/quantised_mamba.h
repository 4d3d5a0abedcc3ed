// A Mamba language model in the machine's integers, block by block as the block program runs it:
//   r s16 -> rms_norm -> in_proj -> (x, z); conv1d_silu(x) -> u; x_proj(u) -> (dt, B, C); dt_proj(dt) ->
//   delta; scan -> y s16 -> hadamard or requantise -> s8 -> out_proj + residual -> r; at the end norm, head:
//   raw s32.
// Contract: every value is an integer of hls/README.md, hls/gemm/README.md and hls/block/README.md, computed
// by their functions (the scan by the hls rung's device); results do not depend on how a text is cut into
// calls, bit for bit. Only the logits leave as float. Made by quantise_mamba.h; it chooses no scale itself.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hls/gemm/block_saturations.h"
#include "hls/gemm/gemm_nm.h"
#include "hls/scan/delta_softplus.h"
#include "host/accuracy/quantised_linear.h"
#include "host/accuracy/scan_machine.h"
#include "host/accuracy/state_pattern.h"
#include "models/nn/mamba_config.h"

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

struct quantised_layer {
  quantised_norm norm;
  quantised_projection in_proj, x_proj, dt_proj, out_proj;
  quantised_conv conv;
  quantised_scan scan;  // A, D, delta_bias and scales; the rest is filled per call
  kept_states kept;     // empty: all states
  quantised_output output;
};

struct quantised_layer_state {
  std::vector<int32_t> h;  // (D, kept states)
  int8_matrix history;     // (D, conv - 1)
};
using quantised_state = std::vector<quantised_layer_state>;

struct model_saturations {
  hls::block_saturations block;
  hls::saturation_counts scan;
};

void add(const model_saturations& from, model_saturations& to);

struct quantised_mamba {
  mamba_config config;
  int16_matrix embedding;  // (vocab, d_model), scale of the residual stream
  std::vector<quantised_layer> layers;
  quantised_norm norm_f;
  quantised_linear head;
  std::vector<float> head_step;  // value of one unit of a logit, per row of the head
};

quantised_state zero_state(const quantised_mamba& model);

// Logits (L, vocab); `state` is read and advanced, saturations are added up. Tokens as in
// mamba_model::forward.
float_matrix forward(const quantised_mamba& model, std::span<const int32_t> tokens, quantised_state& state,
                     scan_machine& machine, model_saturations& saturations);

}  // namespace scansim
