#include "models/ref/rms_norm_ref.h"

#include <Eigen/Core>
#include <cmath>
#include <stdexcept>

namespace scansim {

std::vector<double> rms_norm_ref(std::span<const double> x, std::span<const double> w, int64_t d,
                                 double eps) {
  if (d < 1 || x.size() % static_cast<size_t>(d) != 0 ||
      !(w.empty() || static_cast<int64_t>(w.size()) == d)) {
    throw std::invalid_argument("rms_norm_ref: x must be (rows, d) and w (d)");
  }
  std::vector<double> y(x.size());
  for (size_t at = 0; at < x.size(); at += static_cast<size_t>(d)) {
    const Eigen::Map<const Eigen::ArrayXd> row(x.data() + at, d);
    Eigen::Map<Eigen::ArrayXd> out(y.data() + at, d);
    out = row / std::sqrt(row.square().mean() + eps);
    if (!w.empty()) out *= Eigen::Map<const Eigen::ArrayXd>(w.data(), d);
  }
  return y;
}

}  // namespace scansim
