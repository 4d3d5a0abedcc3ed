// softplus_pwl against log(1 + e^x) over its whole argument range (2^17 values).
#include "hls/nonlin/softplus_pwl.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace scansim::hls;

TEST_CASE("softplus_pwl hls stays within its stated error for every argument", "[leaf][hls]") {
  double worst_absolute = 0, worst_relative = 0;
  for (int32_t x = -(1 << (x_bits - 1)); x < (1 << (x_bits - 1)); ++x) {
    const double want = std::log1p(std::exp(std::ldexp(x, -x_frac)));
    const double got = std::ldexp(softplus_pwl(x), -dt_frac);
    worst_absolute = std::max(worst_absolute, std::fabs(got - want));
    if (x >= -(8 << x_frac)) worst_relative = std::max(worst_relative, std::fabs(got - want) / want);
  }
  CHECK(worst_absolute < 3.4e-4);
  CHECK(worst_relative < 1.9e-3);
}

TEST_CASE("softplus_pwl hls fits its width and is never negative", "[leaf][hls]") {
  for (int32_t x = -(1 << (x_bits - 1)); x < (1 << (x_bits - 1)); ++x) {
    const int32_t dt = softplus_pwl(x);
    if (dt < 0 || dt >= (1 << dt_bits)) FAIL("x = " << x << " gives dt = " << dt);
  }
}

TEST_CASE("softplus_pwl hls has no mean error over any unit of its argument", "[leaf][hls]") {
  for (int unit = -7; unit < 8; ++unit) {
    double sum = 0;
    for (int32_t x = unit * (1 << x_frac); x < (unit + 1) * (1 << x_frac); ++x)
      sum += std::ldexp(softplus_pwl(x), -dt_frac) / std::log1p(std::exp(std::ldexp(x, -x_frac))) - 1;
    CAPTURE(unit);
    CHECK(std::fabs(sum) / (1 << x_frac) < 2e-5);  // relative
  }
}
