// A bidirectional Vision Mamba (Vim, Zhu et al. 2024) in single precision: tokens = patches in raster order,
// the class token put in the middle, + position embedding; per layer
//   x += out_proj(S_f(x_in, z) + flip(S_b(flip x_in, flip z))),  (x_in, z) = in_proj(rms_norm(x)),
//   S(x, z) = scan(silu(conv1d(x)), z), gated inside, with its own conv1d, x_proj, dt_proj, A and D per
//   direction;
// logits = head(rms_norm(x)[class token]). The sum of the two directions is not halved.
// Contract: an image is image * image bytes in raster order, pixel p in 0..16, entering as p / 8 - 1. Layers
// can be run one by one (embed, run_layer, classify_tokens) and watched or changed with a tap. Choose it for
// real bidirectional traces and as the float side of an accuracy figure. It does not train or batch.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/nn/activation_tap.h"
#include "models/nn/image_patches.h"
#include "models/nn/mamba_state.h"
#include "models/nn/vim_config.h"
#include "traces/scan_tensors.h"

namespace scansim {

enum class vim_direction { forward, backward };
inline constexpr std::array vim_directions = {vim_direction::forward, vim_direction::backward};

// What a direction has of its own; shapes as in mamba_layer.
struct vim_branch {
  float_matrix conv_weight;    // (D, conv)
  Eigen::VectorXf conv_bias;   // (D)
  float_matrix x_proj;         // (dt_rank + 2 N, D): rows of dt, B, C
  float_matrix dt_proj;        // (D, dt_rank)
  std::vector<float> dt_bias;  // (D), the scan's delta_bias
  std::vector<float> a;        // (D, N) = -exp(A_log)
  std::vector<float> d;        // (D)
};

struct vim_layer {
  Eigen::VectorXf norm;                // (d_model)
  float_matrix in_proj;                // (2 D, d_model): rows of x, then rows of z
  std::array<vim_branch, 2> branches;  // forward, backward
  float_matrix out_proj;               // (d_model, D)

  const vim_branch& branch(vim_direction direction) const { return branches[static_cast<size_t>(direction)]; }
};

struct vim_weights {
  vim_config config;
  float_matrix patch_embed;    // (d_model, patch * patch)
  Eigen::VectorXf patch_bias;  // (d_model)
  Eigen::VectorXf cls_token;   // (d_model)
  float_matrix pos_embed;      // (tokens, d_model)
  std::vector<vim_layer> layers;
  Eigen::VectorXf norm_f;     // (d_model)
  float_matrix head;          // (classes, d_model)
  Eigen::VectorXf head_bias;  // (classes)
  std::string description;    // JSON of the file's metadata key "scansim"; "{}" if absent
};

// Reads a checkpoint (F32, F16, BF16 or F64) with Hugging Face's Mamba names, backward weights with suffix
// _b. Sizes follow from the shapes; if the metadata key "scansim" has a "config", it must agree. Throws
// input_error naming the tensor or metadata field that is missing or does not fit.
vim_weights load_vim_weights(const std::string& path);
// Whether a checkpoint has a patch embedding and is none of cross_model.h. Throws input_error if it is no
// safetensors file.
bool is_vim_checkpoint(const std::string& path);

// As activation_tap. residual, norm, conv_input and z belong to both directions: shown once, as forward, in
// token order. All others are shown for each direction in its own scan order (backward: last token first).
using vim_tap = std::function<void(activation site, int64_t layer, vim_direction direction,
                                   Eigen::Ref<float_matrix> values)>;

// The scan calls of one layer, forward and backward, each in its own scan order.
using vim_scan_calls = std::array<scan_tensors, 2>;

class vim_model {
 public:
  // As load_vim_weights.
  static vim_model load(const std::string& path);
  explicit vim_model(vim_weights weights);

  const vim_config& config() const { return weights_.config; }
  const vim_weights& weights() const { return weights_; }
  const std::string& description() const { return weights_.description; }

  // Logits (classes) of one image; std::invalid_argument if it has another size or a pixel above 16.
  Eigen::VectorXf classify(std::span<const uint8_t> image, const vim_tap& tap = nullptr) const;

  // The same in steps: tokens x (tokens, d_model), layer after layer, logits.
  float_matrix embed(std::span<const uint8_t> image) const;
  vim_scan_calls run_layer(int64_t layer, float_matrix& x, const vim_tap& tap = nullptr) const;
  Eigen::VectorXf classify_tokens(const float_matrix& x, const vim_tap& tap = nullptr) const;

  // The scan call of one direction of `layer` (batch 1, G = 1) with expect_y and expect_h_last. Tensors are
  // in token order; the backward call has options.reverse. std::invalid_argument if there is no such layer.
  scan_tensors scan_call(std::span<const uint8_t> image, int64_t layer, vim_direction direction) const;

 private:
  const vim_layer& layer_at(int64_t layer) const;

  vim_weights weights_;
};

}  // namespace scansim
