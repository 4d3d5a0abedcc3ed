// Every activation of a model on some windows of text, kept for calibration, pruning and error figures.
// Contract: windows start from the zero state and have one length; values of a site are (window, feature,
// token), which is the (batch, D, L) of a scan call. Bytes are token ids. Memory: all activations in float,
// about 10 kB per layer and byte for byte-mamba; meant for a few thousand bytes.
#pragma once
#include <span>
#include <vector>

#include "models/nn/mamba_model.h"

namespace scansim {

class activation_record {
 public:
  // Each window of `windows` has the same size >= 1. Errors: std::invalid_argument otherwise.
  activation_record(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows);

  int64_t windows() const { return windows_; }
  int64_t length() const { return length_; }
  // Layer -1 holds the embedding's residual, layer n_layers the norm before the head.
  std::span<const float> values(activation site, int64_t layer) const;
  int64_t features(activation site, int64_t layer) const;
  // (features, windows * tokens)
  float_matrix matrix(activation site, int64_t layer) const;
  // Root mean square of each feature.
  std::vector<float> feature_rms(activation site, int64_t layer) const;

 private:
  size_t at(activation site, int64_t layer) const;

  int64_t windows_ = 0, length_ = 0;
  std::vector<std::vector<float>> values_;  // [layer + 1][site]
};

// `count` windows of `length` bytes spread evenly over `text`; all of it if it is shorter.
std::vector<std::span<const uint8_t>> spread_windows(std::span<const uint8_t> text, size_t count,
                                                     size_t length);

}  // namespace scansim
