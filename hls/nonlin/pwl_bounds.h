// pwl_bounds: how far the piecewise-linear functions are from what they stand for, as bounds that hold for
// every argument (tests/hls, exhaustive). What an error analysis of the machine starts from.
#pragma once
#include <algorithm>
#include <cmath>

#include "hls/formats.h"

namespace scansim::hls {

// |softplus_pwl(x) - log(1 + e^x)|, x in [-16, 16): a share of the value, and the last place far below; where
// the value is x, what is left out.
inline double softplus_bound(double x) {
  const double value = std::log1p(std::exp(x));
  return x >= 8 ? value - x + 0x1p-22 : 1.9e-3 * value + 0x1p-20;
}

inline constexpr double sigmoid_bound = 1.5e-4;  // |sigmoid_pwl(x) - 1 / (1 + e^-x)|, x in [-16, 16]

// |exp_pwl - 2^-e| at the middle e of what is rounded up to its argument, e in (0, 16]. Near e = 0 the error
// of the rate bounds it, from the first whole on the rounding to 16 fraction bits.
inline double decay_bound(double e, int segments) {
  const double of_line = 0.052 / (static_cast<double>(segments) * segments);
  const double of_rate = 0.052 / segments * e;
  return std::min(of_line, of_rate) + 0x1p-25 + (e > 1 ? 0x1p-17 : 0.0);
}

}  // namespace scansim::hls
