#include "host/operators/output_limit.h"

#include <algorithm>
#include <cmath>

#include "hls/formats.h"

namespace scansim {

namespace {

constexpr double reciprocal_root_error = 6.1e-5;  // relative

double half_step(int frac) { return std::ldexp(0.5, -frac); }

// What a value becomes inside `bits` bits at 2^-frac, before rounding.
double limit_to(double value, int bits, int frac) {
  const double top = std::ldexp(1.0, bits - 1);
  return std::ldexp(std::clamp(std::ldexp(value, frac), -top, top - 1), -frac);
}

double silu_error(double v) {
  return 3.4e-4 * std::min(std::fabs(v), 16.0) + std::ldexp(1.1, -13) + std::ldexp(1.0, -17);
}

}  // namespace

double limited_silu(double v) {
  const double limited = std::min(v, 16 - std::ldexp(1.0, -hls::x_frac));
  return limited / (1 + std::exp(-limited));
}

output_limit limit_of_sum(double sum, bool silu, int bits, int frac) {
  if (!silu) return {limit_to(sum, bits, frac), half_step(frac)};
  return {limit_to(limited_silu(sum), bits, frac), half_step(frac) + silu_error(sum)};
}

output_limit limit_of_norm(double y, int frac) {
  return {limit_to(y, 8, frac), half_step(frac) + reciprocal_root_error * std::fabs(y)};
}

}  // namespace scansim
