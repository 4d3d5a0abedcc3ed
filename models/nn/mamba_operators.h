// The two float operators around the scan that every Mamba model here uses: RMSNorm and the causal depthwise
// convolution with silu. Contract: single precision, in the order of operations of the float models; the
// references with tolerances are in models/ref, the integer units in hls/units.
#pragma once
#include "models/nn/mamba_state.h"

namespace scansim {

// Each row of x (tokens, features): x * weight / sqrt(mean(x^2) + eps).
float_matrix rms_norm_float(const float_matrix& x, const Eigen::VectorXf& weight, float eps);

// out[d, t] = silu(bias[d] + sum_j weight[d, j] x[d, t - conv + 1 + j]); weight (D, conv), x and out (D, L);
// `history` (D, conv - 1) supplies x before t = 0 and is advanced by the tokens of `x`.
void causal_conv_silu_float(const float_matrix& weight, const Eigen::VectorXf& bias,
                            const Eigen::Ref<const float_matrix>& x, float_matrix& history,
                            Eigen::Ref<float_matrix> out);

}  // namespace scansim
