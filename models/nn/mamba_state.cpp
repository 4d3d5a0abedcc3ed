#include "models/nn/mamba_state.h"

namespace scansim {

mamba_state zero_state(const mamba_config& config) {
  mamba_state state;
  state.layers.resize(static_cast<size_t>(config.n_layers));
  for (mamba_layer_state& layer : state.layers) {
    layer.h = float_matrix::Zero(config.d_inner, config.d_state);
    layer.history = float_matrix::Zero(config.d_inner, config.conv - 1);
  }
  return state;
}

}  // namespace scansim
