#include "models/nn/mamba_operators.h"

#include <cmath>

namespace scansim {

float_matrix rms_norm_float(const float_matrix& x, const Eigen::VectorXf& weight, float eps) {
  const Eigen::VectorXf scale =
      (x.rowwise().squaredNorm() / static_cast<float>(x.cols())).array().unaryExpr([eps](float mean) {
        return 1.0F / std::sqrt(mean + eps);
      });
  return (scale.asDiagonal() * x) * weight.asDiagonal();
}

void causal_conv_silu_float(const float_matrix& weight, const Eigen::VectorXf& bias,
                            const Eigen::Ref<const float_matrix>& x, float_matrix& history,
                            Eigen::Ref<float_matrix> out) {
  const int64_t taps = weight.cols();
  float_matrix padded(x.rows(), x.cols() + taps - 1);
  padded << history, x;
  out.colwise() = bias;
  for (int64_t j = 0; j < taps; ++j) {
    out += weight.col(j).asDiagonal() * padded.middleCols(j, x.cols());
  }
  out.array() /= 1.0F + (-out.array()).exp();
  history = padded.rightCols(taps - 1);
}

}  // namespace scansim
