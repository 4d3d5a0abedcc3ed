// The bounds of the piecewise-linear functions, at every argument.
#include "hls/nonlin/pwl_bounds.h"

#include <catch2/catch.hpp>

#include "hls/nonlin/exp_pwl.h"
#include "hls/nonlin/silu_pwl.h"
#include "hls/nonlin/softplus_pwl.h"

using namespace scansim::hls;

namespace {
// The largest share of its bound that an error takes.
double decay_share(int index_bits) {
  double most = 0;
  for (uint32_t e = 1; e <= 1u << exponent_bits; ++e) {
    const double middle = std::ldexp(e - 0.5, -exponent_lsb);
    const double a = std::ldexp(exp_pwl(e, exp_pwl_table(1 << index_bits), index_bits), -exp_frac);
    most = std::max(most, std::fabs(a - std::exp2(-middle)) / decay_bound(middle, 1 << index_bits));
  }
  return most;
}
}  // namespace

TEST_CASE("pwl_bounds hold for every step, gate and decay, and not by much", "[leaf][hls]") {
  double softplus = 0, sigmoid = 0;
  for (int32_t x = -(16 << x_frac); x < 16 << x_frac; ++x) {
    const double at = std::ldexp(x, -x_frac);
    softplus =
        std::max(softplus, std::fabs(std::ldexp(softplus_pwl(x), -dt_frac) - std::log1p(std::exp(at))) /
                               softplus_bound(at));
    sigmoid =
        std::max(sigmoid, std::fabs(std::ldexp(sigmoid_pwl(x), -sigmoid_frac) - 1 / (1 + std::exp(-at))) /
                              sigmoid_bound);
  }
  CHECK(softplus <= 1);
  CHECK(softplus > 0.8);
  CHECK(sigmoid <= 1);
  CHECK(sigmoid > 0.8);
  for (int bits = 3; bits <= 6; ++bits) {
    CAPTURE(bits);
    CHECK(decay_share(bits) <= 1);
    CHECK(decay_share(bits) > 0.5);
  }
}
