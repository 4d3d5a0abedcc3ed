// The Hadamard matrix around out_proj: y -> H y before quantising, w -> w H^T / n in the weights, so that the
// product is unchanged: (w H^T / n)(H y) = w y.
// Contract: H is the one that hls/units/hadamard_fwht.h applies; it need not be symmetric. Sizes
// m * 2^log2 with m in {1, 12, 20, 28, 40}; other sizes: std::nullopt.
#pragma once
#include <optional>
#include <vector>

#include "models/nn/mamba_state.h"

namespace scansim {

struct hadamard_size {
  int m = 1, log2 = 0;
};
std::optional<hadamard_size> hadamard_size_of(int64_t n);
// The same for a model's d_inner. Errors: input_error naming it.
hadamard_size required_hadamard(int64_t d_inner);

float_matrix hadamard_matrix(const hadamard_size& size);

// H x for the columns of x (n, tokens).
float_matrix hadamard_rotate(const hadamard_size& size, const float_matrix& x);
float_matrix hadamard_fold(const hadamard_size& size, const float_matrix& w);    // w H^T / n
float_matrix hadamard_unfold(const hadamard_size& size, const float_matrix& w);  // w H

}  // namespace scansim
