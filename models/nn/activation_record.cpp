#include "models/nn/activation_record.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace scansim {

activation_record::activation_record(const mamba_model& model,
                                     const std::vector<std::span<const uint8_t>>& windows)
    : windows_(static_cast<int64_t>(windows.size())),
      values_(static_cast<size_t>(model.config().n_layers + 2) * num_activations) {
  if (windows.empty()) throw std::invalid_argument("activation_record: no windows");
  length_ = static_cast<int64_t>(windows[0].size());
  const activation_tap keep = [this](activation site, int64_t layer, const Eigen::Ref<float_matrix>& values) {
    std::vector<float>& kept = values_[at(site, layer)];
    for (int64_t i = 0; i < values.rows(); ++i) {
      kept.insert(kept.end(), values.row(i).data(), values.row(i).data() + values.cols());
    }
  };
  for (const auto& window : windows) {
    if (static_cast<int64_t>(window.size()) != length_)
      throw std::invalid_argument("activation_record: windows of different sizes");
    mamba_state state = zero_state(model.config());
    model.forward(std::vector<int32_t>(window.begin(), window.end()), state, keep);
  }
}

size_t activation_record::at(activation site, int64_t layer) const {
  return static_cast<size_t>((layer + 1) * num_activations) + static_cast<size_t>(site);
}

std::span<const float> activation_record::values(activation site, int64_t layer) const {
  return values_.at(at(site, layer));
}

int64_t activation_record::features(activation site, int64_t layer) const {
  return static_cast<int64_t>(values(site, layer).size()) / (windows_ * length_);
}

float_matrix activation_record::matrix(activation site, int64_t layer) const {
  const int64_t rows = features(site, layer);
  float_matrix joined(rows, windows_ * length_);
  for (int64_t w = 0; w < windows_; ++w) {
    joined.middleCols(w * length_, length_) =
        Eigen::Map<const float_matrix>(values(site, layer).data() + w * rows * length_, rows, length_);
  }
  return joined;
}

std::vector<float> activation_record::feature_rms(activation site, int64_t layer) const {
  const float_matrix x = matrix(site, layer);
  std::vector<float> rms(static_cast<size_t>(x.rows()));
  for (int64_t i = 0; i < x.rows(); ++i) {
    rms[static_cast<size_t>(i)] = std::sqrt(x.row(i).squaredNorm() / static_cast<float>(x.cols()));
  }
  return rms;
}

std::vector<std::span<const uint8_t>> spread_windows(std::span<const uint8_t> text, size_t count,
                                                     size_t length) {
  length = std::min(length, text.size());
  if (length == 0) return {};
  count = std::clamp<size_t>(count, 1, text.size() / length);
  std::vector<std::span<const uint8_t>> windows;
  for (size_t i = 0; i < count; ++i) windows.push_back(text.subspan(i * (text.size() / count), length));
  return windows;
}

}  // namespace scansim
