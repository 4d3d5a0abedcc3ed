#include "models/nn/vim_model.h"

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
void show(const vim_tap& tap, activation site, int64_t layer, vim_direction direction, Matrix&& values) {
  if (tap) tap(site, layer, direction, values);
}

// Values of both directions stored (tokens, features).
void show_tokens(const vim_tap& tap, activation site, int64_t layer, float_matrix& values) {
  if (!tap) return;
  float_matrix turned = values.transpose();
  tap(site, layer, vim_direction::forward, turned);
  values = turned.transpose();
}

// (features, tokens) in the order in which `direction` scans, and back.
float_matrix scan_order(const Eigen::Ref<const float_matrix>& values, vim_direction direction) {
  if (direction == vim_direction::forward) return values;
  return values.rowwise().reverse();
}

// S(x, z) of one direction; x, z (D, L) in scan order. The call's expect_y is the result.
scan_tensors run_branch(const vim_branch& branch, const float_matrix& x, const float_matrix& z, int64_t index,
                        vim_direction direction, const vim_tap& tap) {
  const int64_t inner = x.rows(), length = x.cols(), rank = branch.dt_proj.cols();
  const int64_t states = static_cast<int64_t>(branch.a.size()) / inner;
  scan_tensors call;
  call.shape = {.batch = 1, .channels = inner, .states = states, .groups = 1, .length = length};
  call.options.delta_softplus = true;
  float_matrix u(inner, length);
  float_matrix history = float_matrix::Zero(inner, branch.conv_weight.cols() - 1);
  causal_conv_silu_float(branch.conv_weight, branch.conv_bias, x, history, u);
  show(tap, activation::u, index, direction, u);
  float_matrix projected = branch.x_proj * u;
  show(tap, activation::dt, index, direction, projected.topRows(rank));
  show(tap, activation::b, index, direction, projected.middleRows(rank, states));
  show(tap, activation::c, index, direction, projected.bottomRows(states));
  float_matrix delta = branch.dt_proj * projected.topRows(rank);
  show(tap, activation::delta, index, direction, delta);
  call.u = flat(u);
  call.delta = flat(delta);
  call.b = flat(projected.middleRows(rank, states));
  call.c = flat(projected.bottomRows(states));
  call.z = flat(z);
  call.a = branch.a;
  call.d = branch.d;
  call.delta_bias = branch.dt_bias;
  scan_float(call);
  show(tap, activation::y, index, direction, matrix_map(call.expect_y.data(), inner, length));
  return call;
}

// Reverses the time axis of every tensor (rows of L) that has one.
void reverse_time(scan_tensors& call) {
  for (std::vector<float>* values : {&call.u, &call.delta, &call.b, &call.c, &call.z, &call.expect_y}) {
    matrix_map rows(values->data(), static_cast<int64_t>(values->size()) / call.shape.length,
                    call.shape.length);
    rows = rows.rowwise().reverse().eval();
  }
}

}  // namespace

vim_model vim_model::load(const std::string& path) { return vim_model(load_vim_weights(path)); }

vim_model::vim_model(vim_weights weights) : weights_(std::move(weights)) {}

const vim_layer& vim_model::layer_at(int64_t layer) const {
  if (layer < 0 || layer >= config().n_layers) {
    throw std::invalid_argument(
        fmt::format("vim_model: layer {} outside 0..{}", layer, config().n_layers - 1));
  }
  return weights_.layers[static_cast<size_t>(layer)];
}

float_matrix vim_model::embed(std::span<const uint8_t> image) const {
  const vim_config& c = config();
  const float_matrix patches = image_patches(image, c.image, c.patch);
  float_matrix embedded = patches * weights_.patch_embed.transpose();
  embedded.rowwise() += weights_.patch_bias.transpose();
  const int64_t before = c.cls_position();
  float_matrix x(c.tokens(), c.d_model);
  x << embedded.topRows(before), weights_.cls_token.transpose(), embedded.bottomRows(c.patches() - before);
  return x + weights_.pos_embed;
}

vim_scan_calls vim_model::run_layer(int64_t index, float_matrix& x, const vim_tap& tap) const {
  const vim_layer& layer = layer_at(index);
  const int64_t inner = config().d_inner;
  float_matrix normed = rms_norm_float(x, layer.norm, config().norm_eps);
  show_tokens(tap, activation::norm, index, normed);
  float_matrix xz = layer.in_proj * normed.transpose();
  show(tap, activation::conv_input, index, vim_direction::forward, xz.topRows(inner));
  show(tap, activation::z, index, vim_direction::forward, xz.bottomRows(inner));
  vim_scan_calls calls;
  float_matrix y = float_matrix::Zero(inner, x.rows());
  for (const vim_direction direction : vim_directions) {
    scan_tensors& call = calls[static_cast<size_t>(direction)];
    call = run_branch(layer.branch(direction), scan_order(xz.topRows(inner), direction),
                      scan_order(xz.bottomRows(inner), direction), index, direction, tap);
    y += scan_order(matrix_map(call.expect_y.data(), inner, x.rows()), direction);
  }
  x += (layer.out_proj * y).transpose();
  show_tokens(tap, activation::residual, index, x);
  return calls;
}

Eigen::VectorXf vim_model::classify_tokens(const float_matrix& x, const vim_tap& tap) const {
  float_matrix normed = rms_norm_float(x.row(config().cls_position()), weights_.norm_f, config().norm_eps);
  show_tokens(tap, activation::norm, config().n_layers, normed);
  return weights_.head * normed.transpose() + weights_.head_bias;
}

Eigen::VectorXf vim_model::classify(std::span<const uint8_t> image, const vim_tap& tap) const {
  float_matrix x = embed(image);
  show_tokens(tap, activation::residual, -1, x);
  for (int64_t i = 0; i < config().n_layers; ++i) run_layer(i, x, tap);
  return classify_tokens(x, tap);
}

scan_tensors vim_model::scan_call(std::span<const uint8_t> image, int64_t layer,
                                  vim_direction direction) const {
  layer_at(layer);
  float_matrix x = embed(image);
  for (int64_t i = 0; i < layer; ++i) run_layer(i, x);
  vim_scan_calls calls = run_layer(layer, x);
  scan_tensors& call = calls[static_cast<size_t>(direction)];
  if (direction == vim_direction::backward) {
    reverse_time(call);
    call.options.reverse = true;
  }
  return std::move(call);
}

}  // namespace scansim
