#include "models/nn/mamba_model.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "models/nn/mamba_operators.h"
#include "models/nn/scan_float.h"

namespace scansim {
namespace {

using matrix_map = Eigen::Map<float_matrix>;

// Shows `values`, stored (features, tokens), to the tap.
template <class Matrix>
void show(const activation_tap& tap, activation site, int64_t layer, Matrix&& values) {
  if (tap) tap(site, layer, values);
}

// The same for values stored (tokens, features).
void show_transposed(const activation_tap& tap, activation site, int64_t layer, float_matrix& values) {
  if (!tap) return;
  float_matrix turned = values.transpose();
  tap(site, layer, turned);
  values = turned.transpose();
}

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

scan_tensors mamba_model::run_layer(int64_t index, mamba_layer_state& state, float_matrix& x,
                                    const activation_tap& tap) const {
  const mamba_layer& layer = weights_.layers[static_cast<size_t>(index)];
  const int64_t inner = config().d_inner, states = config().d_state, rank = config().dt_rank,
                length = x.rows();
  const auto tokens = static_cast<size_t>(inner * length);

  scan_tensors call;
  call.shape = {.batch = 1, .channels = inner, .states = states, .groups = 1, .length = length};
  call.options.delta_softplus = true;
  float_matrix normed = rms_norm_float(x, layer.norm, config().norm_eps);
  show_transposed(tap, activation::norm, index, normed);
  float_matrix xz = layer.in_proj * normed.transpose();
  show(tap, activation::conv_input, index, xz.topRows(inner));
  show(tap, activation::z, index, xz.bottomRows(inner));
  call.u.resize(tokens);
  const matrix_map u(call.u.data(), inner, length);
  causal_conv_silu_float(layer.conv_weight, layer.conv_bias, xz.topRows(inner), state.history, u);
  show(tap, activation::u, index, matrix_map(call.u.data(), inner, length));
  float_matrix projected = layer.x_proj * u;
  show(tap, activation::dt, index, projected.topRows(rank));
  show(tap, activation::b, index, projected.middleRows(rank, states));
  show(tap, activation::c, index, projected.bottomRows(states));
  call.delta = flat(layer.dt_proj * projected.topRows(rank));
  show(tap, activation::delta, index, matrix_map(call.delta.data(), inner, length));
  call.b = flat(projected.middleRows(rank, states));
  call.c = flat(projected.bottomRows(states));
  call.z = flat(xz.bottomRows(inner));
  call.a = layer.a;
  call.d = layer.d;
  call.delta_bias = layer.dt_bias;
  call.h0 = flat(state.h);
  scan_float(call);
  state.h = matrix_map(call.expect_h_last.data(), inner, states);
  show(tap, activation::y, index, matrix_map(call.expect_y.data(), inner, length));
  x += (layer.out_proj * matrix_map(call.expect_y.data(), inner, length)).transpose();
  show_transposed(tap, activation::residual, index, x);
  return call;
}

float_matrix mamba_model::forward(std::span<const int32_t> tokens, mamba_state& state) const {
  return forward(tokens, state, nullptr);
}

float_matrix mamba_model::forward(std::span<const int32_t> tokens, mamba_state& state,
                                  const activation_tap& tap) const {
  float_matrix x = embed(tokens);
  show_transposed(tap, activation::residual, -1, x);
  for (int64_t i = 0; i < config().n_layers; ++i)
    run_layer(i, state.layers.at(static_cast<size_t>(i)), x, tap);
  const float_matrix& head = config().tied ? weights_.embedding : weights_.lm_head;
  float_matrix normed = rms_norm_float(x, weights_.norm_f, config().norm_eps);
  show_transposed(tap, activation::norm, config().n_layers, normed);
  return normed * head.transpose();
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
  for (int64_t i = 0; i < layer; ++i) run_layer(i, state.layers.at(static_cast<size_t>(i)), x, nullptr);
  return run_layer(layer, state.layers.at(static_cast<size_t>(layer)), x, nullptr);
}

}  // namespace scansim
