#include "models/nn/cross_model.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "models/nn/mamba_operators.h"
#include "models/nn/scan_float.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {
namespace {

using rows_map = Eigen::Map<float_matrix>;
using const_rows = Eigen::Map<const float_matrix>;

struct cross_order {
  const char* map;
  bool reverse;
};
constexpr std::array<cross_order, cross_directions> cross_orders = {
    {{"raster", false}, {"transpose", false}, {"raster", true}, {"transpose", true}}};

// silu(conv2d(x)); x (D, tokens) of a square grid.
float_matrix conv2d_silu(const cross_layer& layer, const cross_config& c, const float_matrix& x) {
  float_matrix out(x.rows(), x.cols());
  for (int64_t t = 0; t < x.cols(); ++t) {
    Eigen::VectorXf sum = layer.conv_bias;
    for_window(c.side(), c.conv, t / c.side(), t % c.side(), [&](int64_t tap, int64_t token) {
      sum += layer.conv_weight.col(tap).cwiseProduct(x.col(token));
    });
    out.col(t) = sum;
  }
  out.array() /= 1.0F + (-out.array()).exp();
  return out;
}

// The columns of values (rows, L) at the steps of a walk, and back.
float_matrix in_order(const std::vector<float>& values, int64_t length, const std::vector<scan_step>& steps) {
  const const_rows rows(values.data(), static_cast<int64_t>(values.size()) / length, length);
  float_matrix ordered(rows.rows(), static_cast<int64_t>(steps.size()));
  for (size_t i = 0; i < steps.size(); ++i) ordered.col(static_cast<int64_t>(i)) = rows.col(steps[i].u);
  return ordered;
}

// Set k by itself in the order of its walk; adds what it reads out to `y` (D, L).
void run_set(scan_sets_call& call, size_t k, rows_map& y) {
  scan_set& set = call.sets[k];
  const std::vector<scan_step> steps = steps_of(call, k, "cross_model");
  scan_tensors scan;
  scan.shape = {
      .batch = 1, .channels = call.channels, .states = set.states, .groups = 1, .length = call.length};
  scan.options.delta_softplus = true;
  scan.u = flat(in_order(call.u, call.length, steps));
  scan.delta = flat(in_order(set.own.delta, call.length, steps));
  scan.b = flat(in_order(set.own.b, call.length, steps)),
  scan.c = flat(in_order(set.own.c, call.length, steps));
  scan.a = set.own.a, scan.d = set.own.d, scan.delta_bias = set.own.delta_bias;
  scan_float(scan);
  const const_rows read(scan.expect_y.data(), call.channels, call.length);
  for (size_t i = 0; i < steps.size(); ++i) y.col(steps[i].out) += read.col(static_cast<int64_t>(i));
  set.expect_h_last = std::move(scan.expect_h_last);
}

// Without values of y and of the last states.
scan_sets_call call_of(const cross_layer& layer, const cross_config& c, const float_matrix& u,
                       std::array<float_matrix, cross_directions>& dt) {
  scan_sets_call call;
  call.batch = 1, call.channels = c.d_inner, call.length = call.output_rows = c.tokens();
  call.height = call.width = c.side();
  call.u = flat(u);
  for (size_t k = 0; k < cross_directions; ++k) {
    const cross_branch& branch = layer.branches[k];
    const float_matrix projected = branch.x_proj * u;
    dt[k] = projected.topRows(c.dt_rank);
    scan_set& set = call.sets.emplace_back();
    const std::string map = cross_orders[k].map;
    set.maps = {map, map, map};
    set.reverse = cross_orders[k].reverse, set.gate = set_gate::none;
    set.own = {.states = c.d_state,
               .groups = 1,
               .delta = flat(branch.dt_proj * dt[k]),
               .a = branch.a,
               .b = flat(projected.middleRows(c.dt_rank, c.d_state)),
               .c = flat(projected.bottomRows(c.d_state)),
               .d = branch.d,
               .delta_bias = branch.dt_bias};
  }
  call.derive();
  return call;
}

}  // namespace

cross_model cross_model::load(const std::string& path) { return cross_model(load_cross_weights(path)); }

cross_model::cross_model(cross_weights weights) : weights_(std::move(weights)) {}

float_matrix cross_model::embed(std::span<const uint8_t> image) const {
  float_matrix x = image_patches(image, config().image, config().patch) * weights_.patch_embed.transpose();
  x.rowwise() += weights_.patch_bias.transpose();
  return x;
}

cross_layer_values cross_model::run_layer(int64_t index, float_matrix& x) const {
  const cross_config& c = config();
  if (index < 0 || index >= c.n_layers)
    throw std::invalid_argument(fmt::format("cross_model: layer {} outside 0..{}", index, c.n_layers - 1));
  const cross_layer& layer = weights_.layers[static_cast<size_t>(index)];
  cross_layer_values values;
  values.norm = rms_norm_float(x, layer.norm, c.norm_eps).transpose();
  values.conv_input = layer.in_proj * values.norm;
  values.scans = call_of(layer, c, conv2d_silu(layer, c, values.conv_input), values.dt);
  values.scans.expect_y.assign(static_cast<size_t>(c.d_inner * c.tokens()), 0.0F);
  rows_map y(values.scans.expect_y.data(), c.d_inner, c.tokens());
  for (size_t k = 0; k < cross_directions; ++k) run_set(values.scans, k, y);
  values.out_norm = rms_norm_float(y.transpose(), layer.out_norm, c.norm_eps).transpose();
  x += (layer.out_proj * values.out_norm).transpose();
  return values;
}

float_matrix cross_model::final_norm(const float_matrix& x) const {
  return rms_norm_float(x, weights_.norm_f, config().norm_eps);
}

Eigen::VectorXf cross_model::classify_tokens(const float_matrix& x) const {
  return weights_.head * final_norm(x).colwise().mean().transpose() + weights_.head_bias;
}

Eigen::VectorXf cross_model::classify(std::span<const uint8_t> image) const {
  float_matrix x = embed(image);
  for (int64_t i = 0; i < config().n_layers; ++i) run_layer(i, x);
  return classify_tokens(x);
}

scan_sets_call cross_model::scan_call(std::span<const uint8_t> image, int64_t layer) const {
  float_matrix x = embed(image);
  for (int64_t i = 0; i < layer; ++i) run_layer(i, x);
  return run_layer(layer, x).scans;
}

}  // namespace scansim
