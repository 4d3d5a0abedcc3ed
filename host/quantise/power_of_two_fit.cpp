#include "host/quantise/power_of_two_fit.h"

#include <algorithm>
#include <cmath>

namespace scansim {

int32_t quantise_value(double value, int frac, int bits) {
  const double high = std::ldexp(1.0, bits - 1) - 1;
  return static_cast<int32_t>(std::clamp(std::floor(std::ldexp(value, frac) + 0.5), -high - 1, high));
}

int absmax_frac(std::span<const float> values, int bits) {
  double low = 0, high = 0;
  for (const float x : values) low = std::min<double>(low, x), high = std::max<double>(high, x);
  if (low == 0 && high == 0) return 0;
  const double top = std::ldexp(1.0, bits - 1);
  int frac = std::min(largest_frac, bits - std::ilogb(std::max(-low, high)));
  while (std::ldexp(high, frac) >= top - 0.5 || std::ldexp(low, frac) < -top - 0.5) --frac;
  return frac;
}

double squared_error(std::span<const float> values, int frac, int bits) {
  const auto high = static_cast<float>(std::ldexp(1.0, bits - 1) - 1);
  const auto scale = static_cast<float>(std::ldexp(1.0, frac));
  const auto step = static_cast<float>(std::ldexp(1.0, -frac));
  double sum = 0;
  for (const float x : values) {
    const float kept = std::clamp(std::floor(x * scale + 0.5F), -high - 1, high) * step - x;
    sum += static_cast<double>(kept) * kept;
  }
  return sum;
}

int least_error_frac(std::span<const float> values, int bits, int deepest) {
  int best = absmax_frac(values, bits);
  double least = squared_error(values, best, bits);
  for (int frac = best + 1, last = best + deepest; frac <= last; ++frac) {
    const double error = squared_error(values, frac, bits);
    if (error < least) best = frac, least = error;
  }
  return best;
}

}  // namespace scansim
