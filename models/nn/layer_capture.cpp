#include "models/nn/layer_capture.h"

#include <fmt/format.h>

#include <stdexcept>

namespace scansim {

namespace {

// mamba_layer or vim_branch
template <class Branch>
mamba_branch_call branch_call(const Branch& b) {
  return {flat(b.conv_weight), flat(b.conv_bias), flat(b.x_proj), flat(b.dt_proj), b.dt_bias, b.a, b.d};
}

// Sizes, norm and shared projections of a layer: mamba_config and mamba_layer, or those of a vim_model.
template <class Config, class Layer>
mamba_block_call shared_part(const Config& config, const Layer& layer, const float_matrix& x) {
  mamba_block_call call;
  call.batch = 1, call.length = x.rows(), call.d_model = config.d_model, call.channels = config.d_inner;
  call.states = config.d_state, call.rank = config.dt_rank, call.width = config.conv;
  call.derive_sizes(), call.eps = config.norm_eps;
  call.x = flat(x), call.norm = flat(layer.norm);
  call.in_proj = flat(layer.in_proj), call.out_proj = flat(layer.out_proj);
  return call;
}

void require_layer(int64_t layer, int64_t layers) {
  if (layer < 0 || layer >= layers)
    throw std::invalid_argument(fmt::format("capture_layer: layer {} outside 0..{}", layer, layers - 1));
}

}  // namespace

mamba_block_call capture_layer(const mamba_model& model, std::span<const int32_t> prefix,
                               std::span<const int32_t> tokens, int64_t layer) {
  require_layer(layer, model.config().n_layers);
  mamba_state state = zero_state(model.config());
  if (!prefix.empty()) model.scan_call(prefix, layer, state);
  const mamba_layer_state before = state.layers[static_cast<size_t>(layer)];
  float_matrix x, y;
  model.forward(tokens, state, [&](activation site, int64_t at, const Eigen::Ref<float_matrix>& values) {
    if (site != activation::residual) return;
    if (at == layer - 1) x = values.transpose();
    if (at == layer) y = values.transpose();
  });
  const mamba_layer& weights = model.weights().layers[static_cast<size_t>(layer)];
  mamba_block_call call = shared_part(model.config(), weights, x);
  call.forward = branch_call(weights);
  call.expect_y = flat(y);
  if (!prefix.empty()) call.conv_state = flat(before.history), call.h0 = flat(before.h);
  return call;
}

mamba_block_call capture_layer(const vim_model& model, std::span<const uint8_t> image, int64_t layer) {
  require_layer(layer, model.config().n_layers);
  float_matrix x = model.embed(image);
  for (int64_t i = 0; i < layer; ++i) model.run_layer(i, x);
  const vim_layer& weights = model.weights().layers[static_cast<size_t>(layer)];
  mamba_block_call call = shared_part(model.config(), weights, x);
  call.forward = branch_call(weights.branch(vim_direction::forward));
  call.backward = branch_call(weights.branch(vim_direction::backward));
  model.run_layer(layer, x);
  call.expect_y = flat(x);
  return call;
}

}  // namespace scansim
