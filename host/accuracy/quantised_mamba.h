// A Mamba language model in the machine's integers: embedding s16, layers of quantised_layer.h, norm, head as
// raw s32. Contract: results do not depend on how a text is cut into calls, bit for bit. Only the logits
// leave as float. Made by quantise_mamba.h; it chooses no scale itself.
#pragma once
#include "host/quantise/quantised_layer.h"
#include "host/quantise/run_layer.h"
#include "models/nn/mamba_config.h"

namespace scansim {

using quantised_state = std::vector<quantised_branch_state>;  // by layer

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
