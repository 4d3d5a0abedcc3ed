// A bidirectional Vision Mamba in the machine's integers:
//   pixels (p - 8) * 8 as s8 -> patch_embed, added to the position embedding s16 (epilogue residual); layers
//   of quantised_layer.h with two branches; norm and head of the class token, raw s32 with bias
// Contract: as quantised_layer.h; images do not depend on each other. Only the logits leave as float. Made by
// quantise_vim.h.
#pragma once
#include "host/quantise/quantised_layer.h"
#include "host/quantise/run_layer.h"
#include "models/nn/vim_config.h"

namespace scansim {

struct quantised_vim {
  vim_config config;
  quantised_projection patch_embed;
  int16_matrix position;  // (d_model, tokens): position embedding + bias of the patches or class token
  std::vector<quantised_layer> layers;
  quantised_norm norm_f;
  quantised_linear head;
  std::vector<int32_t> head_bias;  // at the scale of the head's accumulators
  std::vector<float> head_step;    // value of one unit of a logit, per class
};

// Logits (classes) of one image as in vim_model::classify; saturations are added up.
Eigen::VectorXf classify(const quantised_vim& model, std::span<const uint8_t> image, scan_machine& machine,
                         model_saturations& saturations);

}  // namespace scansim
