// Each channel is its state followed by its inputs; output t is the dot product of w with W of them from t
// on.
#include "models/ref/conv1d_ref.h"

#include <Eigen/Core>
#include <cmath>
#include <stdexcept>

namespace scansim {

conv1d_ref_output conv1d_ref(std::span<const double> x, std::span<const double> w,
                             std::span<const double> bias, const conv1d_ref_sizes& sizes, bool silu,
                             std::span<const double> state) {
  const int64_t width = sizes.width, length = sizes.length, past = width - 1;
  const auto fits = [](std::span<const double> v, int64_t size) {
    return static_cast<int64_t>(v.size()) == size;
  };
  if (width < 1 || !fits(x, sizes.channels * length) || !fits(w, sizes.channels * width) ||
      !(bias.empty() || fits(bias, sizes.channels)) ||
      !(state.empty() || fits(state, sizes.channels * past))) {
    throw std::invalid_argument("conv1d_ref: sizes do not fit");
  }
  conv1d_ref_output out;
  out.y.resize(x.size());
  out.state.resize(static_cast<size_t>(sizes.channels * past));
  for (int64_t d = 0; d < sizes.channels; ++d) {
    Eigen::VectorXd inputs = Eigen::VectorXd::Zero(past + length);
    if (!state.empty()) inputs.head(past) = Eigen::Map<const Eigen::VectorXd>(state.data() + d * past, past);
    inputs.tail(length) = Eigen::Map<const Eigen::VectorXd>(x.data() + d * length, length);
    const Eigen::Map<const Eigen::VectorXd> taps(w.data() + d * width, width);
    for (int64_t t = 0; t < length; ++t) {
      double v = taps.dot(inputs.segment(t, width));
      if (!bias.empty()) v += bias[static_cast<size_t>(d)];
      out.y[static_cast<size_t>(d * length + t)] = silu ? v / (1 + std::exp(-v)) : v;
    }
    Eigen::Map<Eigen::VectorXd>(out.state.data() + d * past, past) = inputs.tail(past);
  }
  return out;
}

}  // namespace scansim
