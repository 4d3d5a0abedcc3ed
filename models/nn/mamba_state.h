// What a Mamba model carries from one token to the next: per layer the scan state h (D, N) and the last
// conv-1 inputs of the convolution (D, conv - 1), oldest first. Contract: zero at the start of a text; copied
// by value. It holds no tokens and no logits.
#pragma once
#include <Eigen/Core>
#include <vector>

#include "models/nn/mamba_config.h"

namespace scansim {

using float_matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Row by row, as a call holds its tensors.
inline std::vector<float> flat(const float_matrix& m) { return {m.data(), m.data() + m.size()}; }

struct mamba_layer_state {
  float_matrix h;        // (D, N)
  float_matrix history;  // (D, conv - 1), inputs of the convolution before the next token
};

struct mamba_state {
  std::vector<mamba_layer_state> layers;
};

// The state before the first token.
mamba_state zero_state(const mamba_config& config);

}  // namespace scansim
