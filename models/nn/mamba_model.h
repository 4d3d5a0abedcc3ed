// A Mamba-1 language model in single precision: x_0 = E[token]; per layer
//   x += out_proj(scan(u = silu(conv1d(x_in)), z)),  (x_in, z) = in_proj(rms_norm(x));  logits =
//   lm_head(norm_f(x)).
// Contract: weights come from a safetensors file with Hugging Face's Mamba names, so published checkpoints
// (state-spaces/mamba-130m-hf) and byte-mamba load alike; results do not depend on how a text is cut into
// calls beyond float rounding. Choose it to make real traces. It does not train, batch, or tokenise: tokens
// are ids.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/nn/activation_tap.h"
#include "models/nn/mamba_config.h"
#include "models/nn/mamba_state.h"
#include "traces/scan_tensors.h"

namespace scansim {

struct mamba_layer {
  Eigen::VectorXf norm;        // (d_model)
  float_matrix in_proj;        // (2 D, d_model): rows of x, then rows of z
  float_matrix conv_weight;    // (D, conv)
  Eigen::VectorXf conv_bias;   // (D)
  float_matrix x_proj;         // (dt_rank + 2 N, D): rows of dt, B, C
  float_matrix dt_proj;        // (D, dt_rank)
  std::vector<float> dt_bias;  // (D), the scan's delta_bias
  std::vector<float> a;        // (D, N) = -exp(A_log)
  std::vector<float> d;        // (D)
  float_matrix out_proj;       // (d_model, D)
};

struct mamba_weights {
  mamba_config config;
  float_matrix embedding;  // (vocab, d_model)
  std::vector<mamba_layer> layers;
  Eigen::VectorXf norm_f;   // (d_model)
  float_matrix lm_head;     // (vocab, d_model); empty when tied
  std::string description;  // JSON of the file's metadata key "scansim"; "{}" if absent
};

// Reads a checkpoint (F32, F16, BF16 or F64). Sizes follow from the shapes; if the metadata key "scansim" has
// a "config", it must agree. Throws input_error naming the tensor or metadata field that is missing or does
// not fit.
mamba_weights load_mamba_weights(const std::string& path);

class mamba_model {
 public:
  // As load_mamba_weights.
  static mamba_model load(const std::string& path);
  explicit mamba_model(mamba_weights weights);

  const mamba_config& config() const { return weights_.config; }
  const std::string& description() const { return weights_.description; }
  const mamba_weights& weights() const { return weights_; }

  // Logits (L, vocab) after each of the L tokens; `state` is read and advanced. Tokens must be in [0, vocab),
  // else std::invalid_argument.
  float_matrix forward(std::span<const int32_t> tokens, mamba_state& state) const;
  // The same with every activation passed through `tap` on its way.
  float_matrix forward(std::span<const int32_t> tokens, mamba_state& state, const activation_tap& tap) const;
  // The same from the zero state.
  float_matrix forward(std::span<const int32_t> tokens) const;

  // Runs layers 0..layer only and returns the scan call of `layer` (batch 1, G = 1) with h0, expect_y and
  // expect_h_last; those layers' state is advanced. At least one token, 0 <= layer < n_layers, else
  // std::invalid_argument.
  scan_tensors scan_call(std::span<const int32_t> tokens, int64_t layer, mamba_state& state) const;

 private:
  float_matrix embed(std::span<const int32_t> tokens) const;
  scan_tensors run_layer(int64_t layer, mamba_layer_state& state, float_matrix& x,
                         const activation_tap& tap) const;

  mamba_weights weights_;
};

}  // namespace scansim
