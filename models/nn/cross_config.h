// Sizes of a cross-scanning vision model. All but the image's side and norm_eps follow from the shapes of a
// checkpoint's tensors.
#pragma once
#include <cstdint>

namespace scansim {

struct cross_config {
  int64_t d_model = 0;
  int64_t d_inner = 0;  // D = expand * d_model
  int64_t d_state = 0;  // N
  int64_t dt_rank = 0;
  int64_t conv = 0;  // the convolution has conv x conv taps; odd
  int64_t n_layers = 0;
  int64_t image = 0;  // pixels along each side
  int64_t patch = 0;  // likewise; divides image
  int64_t classes = 0;
  float norm_eps = 1e-5F;

  int64_t side() const { return image / patch; }  // tokens along each side
  int64_t tokens() const { return side() * side(); }
};

}  // namespace scansim
