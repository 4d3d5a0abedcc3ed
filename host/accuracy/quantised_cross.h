// A cross-scanning vision model in the machine's integers:
//   pixels (p - 8) * 8 as s8 -> patch_embed, added to its bias s16 (epilogue residual); each layer
//   r s16 -> rms_norm -> in_proj -> conv2d (a product of its taps for each channel, epilogue silu) -> u;
//   x_proj(u) -> (dt, B, C) and dt_proj(dt) -> delta of each direction; the directions' scans as one call of
//   several sets -> y s16 -> rms_norm -> s8 -> out_proj + residual -> r;
//   norm_f, then the head over all tokens at once (a product of tokens * d_model inputs), raw s32 with bias
// Contract: as quantised_layer.h; images do not depend on each other. Only the logits leave as float. There
// is no Hadamard matrix: the norm behind the scans leaves 8 bits anyway. Made by quantise_cross.h.
#pragma once
#include "host/quantise/quantised_layer.h"
#include "host/quantise/quantised_scan_sets.h"
#include "host/quantise/run_layer.h"
#include "models/nn/cross_config.h"

namespace scansim {

struct quantised_cross_branch {
  quantised_projection x_proj, dt_proj;
};

struct quantised_cross_layer {
  quantised_norm norm;
  quantised_projection in_proj;
  quantised_conv conv;  // of conv * conv taps
  std::vector<quantised_cross_branch> branches;
  scan_sets_call call;        // of an image: its names and sizes
  quantised_scan_sets scans;  // A, D, delta_bias, walks and scales; the rest is filled per image
  quantised_norm out_norm;
  quantised_projection out_proj;
};

struct quantised_cross {
  cross_config config;
  quantised_projection patch_embed;
  std::vector<int16_t> patch_bias;  // at the residual stream's scale
  std::vector<quantised_cross_layer> layers;
  quantised_norm norm_f;
  quantised_linear head;
  std::vector<int32_t> head_bias;  // at the scale of the head's accumulators
  std::vector<float> head_step;    // value of one unit of a logit, per class
};

// Logits (classes) of one image as in cross_model::classify; saturations are added up.
Eigen::VectorXf classify(const quantised_cross& model, std::span<const uint8_t> image, scan_machine& machine,
                         model_saturations& saturations);

}  // namespace scansim
