#include "host/accuracy/quantised_mamba.h"

#include <fmt/format.h>

#include <stdexcept>

namespace scansim {

quantised_state zero_state(const quantised_mamba& model) {
  quantised_state state;
  for (const quantised_layer& layer : model.layers) state.push_back(zero_state(layer.branches[0]));
  return state;
}

float_matrix forward(const quantised_mamba& model, std::span<const int32_t> tokens, quantised_state& state,
                     scan_machine& machine, model_saturations& saturations) {
  if (tokens.empty()) throw std::invalid_argument("quantised_mamba: no tokens");
  int16_matrix r(model.config.d_model, static_cast<int64_t>(tokens.size()));
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t] < 0 || tokens[t] >= model.config.vocab) {
      throw std::invalid_argument(
          fmt::format("quantised_mamba: token {} outside 0..{}", tokens[t], model.config.vocab - 1));
    }
    r.col(static_cast<int64_t>(t)) = model.embedding.row(tokens[t]).transpose();
  }
  for (size_t i = 0; i < model.layers.size(); ++i)
    run_layer(model.layers[i], {&state.at(i), 1}, r, machine, saturations);
  const int32_matrix raw = multiply(model.head, normalise(model.norm_f, r, saturations.block));
  const Eigen::Map<const Eigen::VectorXf> step(model.head_step.data(),
                                               static_cast<int64_t>(model.head_step.size()));
  return (step.asDiagonal() * raw.cast<float>()).transpose();
}

}  // namespace scansim
