// Causal depthwise convolution in double precision, optionally followed by silu:
//   y[d][t] = f( bias[d] + sum_{j < W} w[d][j] x[d][t - W + 1 + j] )
// Contract: x, y (channels, length), w (channels, W); the W - 1 inputs before token 0 come from `state`
// (channels, W - 1), oldest first, empty = zeros; the last W - 1 inputs come back. Source: causal_conv1d_fn.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace scansim {

struct conv1d_ref_sizes {
  int64_t channels = 0, length = 0, width = 0;
};

struct conv1d_ref_output {
  std::vector<double> y;
  std::vector<double> state;  // (channels, W - 1)
};

// `bias` (channels) or empty. Errors: std::invalid_argument if a size does not fit.
conv1d_ref_output conv1d_ref(std::span<const double> x, std::span<const double> w,
                             std::span<const double> bias, const conv1d_ref_sizes& sizes, bool silu,
                             std::span<const double> state = {});

}  // namespace scansim
