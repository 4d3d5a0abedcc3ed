// Power-of-two scales of one quantised Mamba layer: value = integer * 2^-frac. Weights have one a row, the
// output channel; activations one a tensor, of each direction its own. Contract: with these, the widths and
// the residual stream's fraction bits the quantised layer is a function of the float one
// (host/quantise/quantise_layers.h). Choosing them is not done here.
#pragma once
#include <vector>

#include "traces/scan_scales.h"

namespace scansim {

// What a direction has of its own.
struct branch_scales {
  scan_scales scan;
  int frac_dt = 0;   // input of dt_proj
  int frac_out = 0;  // input of out_proj
  std::vector<int> conv1d, x_proj, dt_proj;
};

struct layer_scales {
  int frac_norm_weight = 0;  // of the norm's weight times sqrt(d_model)
  int frac_norm = 0;         // input of in_proj
  int frac_conv_input = 0;
  int merged =
      0;  // y of two directions is added before the output, which they share: one frac_y, one frac_out
  std::vector<int> in_proj, out_proj;
  std::vector<branch_scales> branches;
};

}  // namespace scansim
