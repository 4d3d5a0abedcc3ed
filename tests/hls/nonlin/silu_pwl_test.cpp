// sigmoid_pwl over its whole argument range and silu_gate over all operands and a sweep of scales.
#include "hls/nonlin/silu_pwl.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace scansim::hls;

TEST_CASE("silu_pwl hls sigmoid stays within its stated error for every argument", "[leaf][hls]") {
  double worst = 0, worst_mean = 0;
  for (int unit = -16; unit < 16; ++unit) {
    double sum = 0;
    for (int32_t x = unit << x_frac; x < (unit + 1) << x_frac; ++x) {
      const double want = 1 / (1 + std::exp(-std::ldexp(x, -x_frac)));
      const double error = std::ldexp(sigmoid_pwl(x), -sigmoid_frac) - want;
      worst = std::max(worst, std::fabs(error));
      sum += error;
    }
    worst_mean = std::max(worst_mean, std::fabs(sum) / (1 << x_frac));
  }
  CHECK(worst < 1.4e-4);
  CHECK(worst_mean < 5e-6);  // of every unit of x
  CHECK(sigmoid_pwl(-(1 << (x_bits - 1))) == 0);
  CHECK(sigmoid_pwl(0) == 1 << (sigmoid_frac - 1));
}

TEST_CASE("silu_pwl hls gate equals z * sigmoid(z) to the sigmoid's error at every 8-bit operand",
          "[leaf][hls]") {
  for (int frac_z = 0; frac_z <= 7; ++frac_z) {
    for (int32_t z = -128; z < 128; ++z) {
      const int32_t x = static_cast<int32_t>(clamp_signed<int64_t>(int64_t{z} << (x_frac - frac_z), x_bits));
      const double real = std::ldexp(z, -frac_z);
      const double want = real / (1 + std::exp(-real));
      const double got = std::ldexp(silu_gate(z, x, 8), -(frac_z + 9));
      CAPTURE(frac_z, z);
      CHECK(std::fabs(got - want) <= 1.4e-4 * std::fabs(real) + std::ldexp(1.0, -(frac_z + 9)));
    }
  }
}
