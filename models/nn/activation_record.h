// Every activation of a model on some windows of text or some images, kept for calibration, pruning and error
// figures. Contract: windows start from the zero state and have one length; values of a site are (window,
// feature, token), which is the (batch, D, L) of a scan call. Tokens are ids, or bytes that are ids. A Vision
// Mamba has two branches, 0 forward and 1 backward, each in its own scan order; residual, norm and conv_input
// belong to both and are under 0, z is under both. Memory: all activations in float, about 10 kB per layer
// and token of byte-mamba; meant for a few thousand tokens.
#pragma once
#include <array>
#include <functional>
#include <span>
#include <vector>

#include "models/nn/mamba_model.h"
#include "models/nn/vim_model.h"

namespace scansim {

// Takes the values (features, length) of one activation, windows one after the other.
using activation_keeper = std::function<void(activation site, int64_t layer, size_t branch,
                                             const Eigen::Ref<const float_matrix>& values)>;

class activation_record {
 public:
  // Each window of `windows` has the same size >= 1. Errors: std::invalid_argument otherwise.
  activation_record(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows);
  activation_record(const mamba_model& model, const std::vector<std::span<const int32_t>>& windows);
  // Windows are images here.
  activation_record(const vim_model& model, const std::vector<std::span<const uint8_t>>& images);

  // Windows of `length` tokens through `layers` layers, computed elsewhere: `fill` gives every activation.
  activation_record(int64_t layers, int64_t windows, int64_t length,
                    const std::function<void(const activation_keeper&)>& fill);

  int64_t windows() const { return windows_; }
  int64_t length() const { return length_; }
  // Layer -1 holds the embedding's residual, layer n_layers the norm before the head (of an image classifier
  // that of the class token alone).
  std::span<const float> values(activation site, int64_t layer, size_t branch = 0) const;
  int64_t features(activation site, int64_t layer, size_t branch = 0) const;
  // (features, windows * tokens)
  float_matrix matrix(activation site, int64_t layer, size_t branch = 0) const;
  // Root mean square of each feature.
  std::vector<float> feature_rms(activation site, int64_t layer, size_t branch = 0) const;

 private:
  using site_values = std::vector<std::vector<float>>;  // [layer + 1][site]

  template <class Token>
  void run(const mamba_model& model, const std::vector<std::span<const Token>>& windows);
  void keep(activation site, int64_t layer, size_t branch, const Eigen::Ref<const float_matrix>& values);

  int64_t windows_ = 0, length_ = 0;
  std::array<site_values, 2> values_;  // by branch
};

// `count` windows of `length` tokens spread evenly over `text`; all of it if it is shorter.
std::vector<std::span<const uint8_t>> spread_windows(std::span<const uint8_t> text, size_t count,
                                                     size_t length);
std::vector<std::span<const int32_t>> spread_windows(std::span<const int32_t> text, size_t count,
                                                     size_t length);

}  // namespace scansim
