#include "models/nn/mamba_model.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "models/nn/scan_float.h"

namespace scansim {
namespace {

using matrix_map = Eigen::Map<float_matrix>;

float_matrix rms_norm(const float_matrix& x, const Eigen::VectorXf& weight, float eps) {
  const Eigen::VectorXf scale =
      (x.rowwise().squaredNorm() / static_cast<float>(x.cols())).array().unaryExpr([eps](float mean) {
        return 1.0F / std::sqrt(mean + eps);
      });
  return (scale.asDiagonal() * x) * weight.asDiagonal();
}

// out[d, t] = silu(bias[d] + sum_j weight[d, j] x[d, t - conv + 1 + j]); `history` supplies x before t = 0
// and is advanced by the tokens of `x`.
void causal_conv_silu(const mamba_layer& layer, const Eigen::Ref<const float_matrix>& x,
                      float_matrix& history, matrix_map out) {
  const int64_t taps = layer.conv_weight.cols();
  float_matrix padded(x.rows(), x.cols() + taps - 1);
  padded << history, x;
  out.colwise() = layer.conv_bias;
  for (int64_t j = 0; j < taps; ++j) {
    out += layer.conv_weight.col(j).asDiagonal() * padded.middleCols(j, x.cols());
  }
  out.array() /= 1.0F + (-out.array()).exp();
  history = padded.rightCols(taps - 1);
}

std::vector<float> flat(const float_matrix& m) { return {m.data(), m.data() + m.size()}; }

}  // namespace

mamba_model mamba_model::load(const std::string& path) { return mamba_model(load_mamba_weights(path)); }

mamba_model::mamba_model(mamba_weights weights) : weights_(std::move(weights)) {}

float_matrix mamba_model::embed(std::span<const int32_t> tokens) const {
  if (tokens.empty()) throw std::invalid_argument("mamba_model: no tokens");
  float_matrix x(static_cast<int64_t>(tokens.size()), config().d_model);
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t] < 0 || tokens[t] >= config().vocab) {
      throw std::invalid_argument(
          fmt::format("mamba_model: token {} outside 0..{}", tokens[t], config().vocab - 1));
    }
    x.row(static_cast<int64_t>(t)) = weights_.embedding.row(tokens[t]);
  }
  return x;
}

scan_tensors mamba_model::run_layer(int64_t index, mamba_layer_state& state, float_matrix& x) const {
  const mamba_layer& layer = weights_.layers[static_cast<size_t>(index)];
  const int64_t inner = config().d_inner, states = config().d_state, rank = config().dt_rank,
                length = x.rows();
  const auto tokens = static_cast<size_t>(inner * length);

  scan_tensors call;
  call.shape = {.batch = 1, .channels = inner, .states = states, .groups = 1, .length = length};
  call.options.delta_softplus = true;
  const float_matrix xz = layer.in_proj * rms_norm(x, layer.norm, config().norm_eps).transpose();
  call.u.resize(tokens);
  const matrix_map u(call.u.data(), inner, length);
  causal_conv_silu(layer, xz.topRows(inner), state.history, u);
  const float_matrix projected = layer.x_proj * u;
  call.delta = flat(layer.dt_proj * projected.topRows(rank));
  call.b = flat(projected.middleRows(rank, states));
  call.c = flat(projected.bottomRows(states));
  call.z = flat(xz.bottomRows(inner));
  call.a = layer.a;
  call.d = layer.d;
  call.delta_bias = layer.dt_bias;
  call.h0 = flat(state.h);
  scan_float(call);
  state.h = matrix_map(call.expect_h_last.data(), inner, states);
  x += (layer.out_proj * matrix_map(call.expect_y.data(), inner, length)).transpose();
  return call;
}

float_matrix mamba_model::forward(std::span<const int32_t> tokens, mamba_state& state) const {
  float_matrix x = embed(tokens);
  for (int64_t i = 0; i < config().n_layers; ++i) run_layer(i, state.layers.at(static_cast<size_t>(i)), x);
  const float_matrix& head = config().tied ? weights_.embedding : weights_.lm_head;
  return rms_norm(x, weights_.norm_f, config().norm_eps) * head.transpose();
}

float_matrix mamba_model::forward(std::span<const int32_t> tokens) const {
  mamba_state state = zero_state(config());
  return forward(tokens, state);
}

scan_tensors mamba_model::scan_call(std::span<const int32_t> tokens, int64_t layer,
                                    mamba_state& state) const {
  if (layer < 0 || layer >= config().n_layers) {
    throw std::invalid_argument(
        fmt::format("mamba_model: layer {} outside 0..{}", layer, config().n_layers - 1));
  }
  float_matrix x = embed(tokens);
  for (int64_t i = 0; i < layer; ++i) run_layer(i, state.layers.at(static_cast<size_t>(i)), x);
  return run_layer(layer, state.layers.at(static_cast<size_t>(layer)), x);
}

}  // namespace scansim
