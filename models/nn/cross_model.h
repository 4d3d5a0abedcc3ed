// A vision model that scans a picture in four orders, in single precision: VMamba's SS2D without a gate
// ("noz"), with RMS in place of layer norms and without its MLP. Tokens = patches in raster order, without
// position embedding; per layer, with (tokens of a grid) x and the four orders of a cross scan k = rows,
// columns, rows from the end, columns from the end:
//   u = silu(conv2d(in_proj(rms_norm(x)))), depthwise, zeros around the grid
//   x += out_proj(rms_norm(sum_k S_k(u))),   S_k: scan in order k with x_proj, dt_proj, A and D of its own
// logits = head(mean over tokens of rms_norm(x)).
// Contract: images as in image_patches.h; the four scans of a layer are one call `scan_sets` on the rows of
// the grid (cross_layer_values). Choose it for real calls of several sets and as the float side of an
// accuracy figure. It does not train or batch. Source: MzeroMiko/VMamba, SS2D with forward_type v05_noz.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "models/nn/cross_config.h"
#include "models/nn/image_patches.h"
#include "traces/calls/scan_sets.h"

namespace scansim {

inline constexpr size_t cross_directions = 4;

// What a direction has of its own; shapes as in mamba_layer.
struct cross_branch {
  float_matrix x_proj;         // (dt_rank + 2 N, D): rows of dt, B, C
  float_matrix dt_proj;        // (D, dt_rank)
  std::vector<float> dt_bias;  // (D), the scan's delta_bias
  std::vector<float> a;        // (D, N) = -exp(A_logs)
  std::vector<float> d;        // (D)
};

struct cross_layer {
  Eigen::VectorXf norm;       // (d_model)
  float_matrix in_proj;       // (D, d_model)
  float_matrix conv_weight;   // (D, conv * conv), rows of a kernel one after the other
  Eigen::VectorXf conv_bias;  // (D)
  std::array<cross_branch, cross_directions> branches;
  Eigen::VectorXf out_norm;  // (D)
  float_matrix out_proj;     // (d_model, D)
};

struct cross_weights {
  cross_config config;
  float_matrix patch_embed;    // (d_model, patch * patch)
  Eigen::VectorXf patch_bias;  // (d_model)
  std::vector<cross_layer> layers;
  Eigen::VectorXf norm_f;     // (d_model)
  float_matrix head;          // (classes, d_model)
  Eigen::VectorXf head_bias;  // (classes)
  std::string description;    // JSON of the file's metadata key "scansim"
};

// Reads a checkpoint (F32, F16, BF16 or F64) with the names of VMamba's SS2D. Sizes follow from the shapes
// but that of the images, which the metadata key "scansim" must state in its "config"; what else it states
// there must agree. Throws input_error naming the tensor or metadata field that is missing or does not fit.
cross_weights load_cross_weights(const std::string& path);
// Whether a checkpoint has a patch embedding and the decay rates of several directions in one tensor.
bool is_cross_checkpoint(const std::string& path);

// What a layer computes on the way, (features, tokens).
struct cross_layer_values {
  float_matrix norm;                              // (d_model): input of in_proj
  float_matrix conv_input;                        // (D)
  std::array<float_matrix, cross_directions> dt;  // (dt_rank): input of dt_proj
  scan_sets_call scans;                           // u, all weights, expect_y and a last state of every set
  float_matrix out_norm;                          // (D): input of out_proj
};

// The window of a convolution of `size` x `size` taps around token (y, x) of a grid of `side` x `side`, zeros
// where it leaves the grid; see(tap, token) for every tap within.
template <class See>
void for_window(int64_t side, int64_t size, int64_t y, int64_t x, const See& see) {
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t j = 0; j < size; ++j) {
      const int64_t row = y + i - size / 2, column = x + j - size / 2;
      if (row >= 0 && row < side && column >= 0 && column < side) see(i * size + j, row * side + column);
    }
  }
}

class cross_model {
 public:
  // As load_cross_weights.
  static cross_model load(const std::string& path);
  explicit cross_model(cross_weights weights);

  const cross_config& config() const { return weights_.config; }
  const cross_weights& weights() const { return weights_; }
  const std::string& description() const { return weights_.description; }

  // Logits (classes) of one image; std::invalid_argument as of image_patches.
  Eigen::VectorXf classify(std::span<const uint8_t> image) const;

  // The same in steps: tokens x (tokens, d_model), layer after layer, logits.
  float_matrix embed(std::span<const uint8_t> image) const;
  cross_layer_values run_layer(int64_t layer, float_matrix& x) const;
  float_matrix final_norm(const float_matrix& x) const;  // (tokens, d_model)
  Eigen::VectorXf classify_tokens(const float_matrix& x) const;

  // The four scans of `layer` (batch 1, G = 1) as one call, with expect_y and expect_h_last.
  // std::invalid_argument if there is no such layer.
  scan_sets_call scan_call(std::span<const uint8_t> image, int64_t layer) const;

 private:
  cross_weights weights_;
};

}  // namespace scansim
