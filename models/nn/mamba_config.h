// Sizes of a Mamba-1 language model. All but norm_eps follow from the shapes of a checkpoint's tensors.
#pragma once
#include <cstdint>

namespace scansim {

struct mamba_config {
  int64_t d_model = 0;
  int64_t d_inner = 0;  // D = expand * d_model
  int64_t d_state = 0;  // N
  int64_t dt_rank = 0;
  int64_t conv = 0;  // taps of the causal convolution
  int64_t n_layers = 0;
  int64_t vocab = 0;
  float norm_eps = 1e-5F;
  bool tied = true;  // the output projection is the embedding
};

}  // namespace scansim
