#include "models/nn/activation_record.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace scansim {

namespace {

size_t at(activation site, int64_t layer) {
  return static_cast<size_t>((layer + 1) * num_activations) + static_cast<size_t>(site);
}

}  // namespace

template <class Token>
void activation_record::run(const mamba_model& model, const std::vector<std::span<const Token>>& windows) {
  if (windows.empty()) throw std::invalid_argument("activation_record: no windows");
  length_ = static_cast<int64_t>(windows[0].size());
  values_[0].resize(static_cast<size_t>(model.config().n_layers + 2) * num_activations);
  const activation_tap tap = [this](activation site, int64_t layer, const Eigen::Ref<float_matrix>& values) {
    keep(site, layer, 0, values);
  };
  for (const auto& window : windows) {
    if (static_cast<int64_t>(window.size()) != length_)
      throw std::invalid_argument("activation_record: windows of different sizes");
    mamba_state state = zero_state(model.config());
    model.forward(std::vector<int32_t>(window.begin(), window.end()), state, tap);
  }
}

activation_record::activation_record(const mamba_model& model,
                                     const std::vector<std::span<const uint8_t>>& windows)
    : windows_(static_cast<int64_t>(windows.size())) {
  run(model, windows);
}

activation_record::activation_record(const mamba_model& model,
                                     const std::vector<std::span<const int32_t>>& windows)
    : windows_(static_cast<int64_t>(windows.size())) {
  run(model, windows);
}

activation_record::activation_record(const vim_model& model,
                                     const std::vector<std::span<const uint8_t>>& images)
    : windows_(static_cast<int64_t>(images.size())), length_(model.config().tokens()) {
  if (images.empty()) throw std::invalid_argument("activation_record: no images");
  for (site_values& values : values_)
    values.resize(static_cast<size_t>(model.config().n_layers + 2) * num_activations);
  const vim_tap tap = [this](activation site, int64_t layer, vim_direction direction,
                             const Eigen::Ref<float_matrix>& values) {
    keep(site, layer, static_cast<size_t>(direction), values);
    if (site == activation::z) keep(site, layer, 1, values.rowwise().reverse());
  };
  for (const auto& image : images) model.classify(image, tap);
}

activation_record::activation_record(int64_t layers, int64_t windows, int64_t length,
                                     const std::function<void(const activation_keeper&)>& fill)
    : windows_(windows), length_(length) {
  for (site_values& values : values_) values.resize(static_cast<size_t>(layers + 2) * num_activations);
  fill([this](activation site, int64_t layer, size_t branch, const Eigen::Ref<const float_matrix>& values) {
    keep(site, layer, branch, values);
  });
}

void activation_record::keep(activation site, int64_t layer, size_t branch,
                             const Eigen::Ref<const float_matrix>& values) {
  std::vector<float>& kept = values_[branch][at(site, layer)];
  for (int64_t i = 0; i < values.rows(); ++i)
    kept.insert(kept.end(), values.row(i).data(), values.row(i).data() + values.cols());
}

std::span<const float> activation_record::values(activation site, int64_t layer, size_t branch) const {
  return values_.at(branch).at(at(site, layer));
}

int64_t activation_record::features(activation site, int64_t layer, size_t branch) const {
  return static_cast<int64_t>(values(site, layer, branch).size()) / (windows_ * length_);
}

float_matrix activation_record::matrix(activation site, int64_t layer, size_t branch) const {
  const int64_t rows = features(site, layer, branch);
  const std::span<const float> from = values(site, layer, branch);
  float_matrix joined(rows, windows_ * length_);
  for (int64_t w = 0; w < windows_; ++w) {
    joined.middleCols(w * length_, length_) =
        Eigen::Map<const float_matrix>(from.data() + w * rows * length_, rows, length_);
  }
  return joined;
}

std::vector<float> activation_record::feature_rms(activation site, int64_t layer, size_t branch) const {
  const float_matrix x = matrix(site, layer, branch);
  std::vector<float> rms(static_cast<size_t>(x.rows()));
  for (int64_t i = 0; i < x.rows(); ++i) {
    rms[static_cast<size_t>(i)] = std::sqrt(x.row(i).squaredNorm() / static_cast<float>(x.cols()));
  }
  return rms;
}

namespace {

template <class Token>
std::vector<std::span<const Token>> spread(std::span<const Token> text, size_t count, size_t length) {
  length = std::min(length, text.size());
  if (length == 0) return {};
  count = std::clamp<size_t>(count, 1, text.size() / length);
  std::vector<std::span<const Token>> windows;
  for (size_t i = 0; i < count; ++i) windows.push_back(text.subspan(i * (text.size() / count), length));
  return windows;
}

}  // namespace

std::vector<std::span<const uint8_t>> spread_windows(std::span<const uint8_t> text, size_t count,
                                                     size_t length) {
  return spread(text, count, length);
}

std::vector<std::span<const int32_t>> spread_windows(std::span<const int32_t> text, size_t count,
                                                     size_t length) {
  return spread(text, count, length);
}

}  // namespace scansim
