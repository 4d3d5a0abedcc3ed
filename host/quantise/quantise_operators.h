// Parameters of single operators (projection, convolution, norm) from float to the machine's integers, given
// the scales of what goes in and comes out.
// Contract: the accumulator must have at least the fraction bits of its result, since requantising only
// shifts right; otherwise input_error naming the tensor. Choose them through quantise_layers.h; they choose
// no activation scale.
#pragma once
#include <functional>
#include <string>

#include "host/quantise/quantised_layer.h"

namespace scansim {

// Fraction bits of each output row.
using row_frac = std::function<int(int64_t row)>;

// The shift from `acc_frac` to `frac`.
int requantise_shift(int acc_frac, int frac, const std::string& tensor);

// Row n is requantised from frac_in + frac_w[n] to out_frac(n).
std::vector<hls::gemm_channel> finish_channels(const quantised_linear& linear, int frac_in,
                                               const row_frac& out_frac, const std::string& tensor);
quantised_projection make_projection(quantised_linear linear, int frac_in, const row_frac& out_frac,
                                     const std::string& tensor);

// The weight times sqrt(d_model), 16 bits at `frac_weight`: the most with which none is clipped is
// norm_weight_frac.
int norm_weight_frac(const Eigen::VectorXf& weight);
quantised_norm make_norm(const Eigen::VectorXf& weight, float eps, int frac_weight, int frac_residual,
                         int frac_out);

quantised_conv make_conv(const quantised_linear& taps, const Eigen::VectorXf& bias, int frac_x, int frac_u,
                         const std::string& tensor);

}  // namespace scansim
