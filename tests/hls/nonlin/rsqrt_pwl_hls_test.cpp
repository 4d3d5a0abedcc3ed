// rsqrt_pwl over its whole argument range; the normalisation around it over the whole range of sums.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "hls/nonlin/rsqrt_pwl.h"
#include "hls/units/rms_norm.h"

using namespace scansim::hls;

TEST_CASE("rsqrt_pwl hls stays within its stated error and range for every mantissa", "[leaf][hls]") {
  double relative = 0, absolute = 0, sum = 0;
  uint32_t least = ~0u, greatest = 0;
  for (uint32_t m = 1u << 16; m < 1u << 18; ++m) {
    const double want = std::sqrt(65536.0 / m);
    const uint32_t r = rsqrt_pwl(m);
    const double error = std::fabs(std::ldexp(r, -rsqrt_frac) - want);
    sum += std::ldexp(r, -rsqrt_frac) / want - 1;
    relative = std::max(relative, error / want);
    absolute = std::max(absolute, error);
    least = std::min(least, r);
    greatest = std::max(greatest, r);
  }
  CAPTURE(relative, absolute);
  CHECK(relative < 6.6e-5);
  CHECK(absolute < 6.6e-5);
  CHECK(std::fabs(sum) / (3 << 16) < 1e-6);
  CHECK(least == 32768);
  CHECK(greatest == 65532);
}

TEST_CASE("rms_norm hls scale is 1 / sqrt(q) for sums of every magnitude", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  double worst = 0;
  const auto check = [&](uint64_t q) {
    const norm_scale scale = rms_norm_scale(q);
    CAPTURE(q);
    REQUIRE(scale.k >= 16);
    REQUIRE(scale.k <= 39);
    const double want = 1 / std::sqrt(static_cast<double>(q));
    worst = std::max(worst, std::fabs(std::ldexp(scale.r, -scale.k) / want - 1));
  };
  for (uint64_t q = 1; q < 1 << 18; ++q) check(q);
  for (int bits = 18; bits <= 48; ++bits) {
    const uint64_t top = uint64_t{1} << (bits - 1);
    for (uint64_t i = 0; i < 64; ++i) {
      check(top + i);
      check(2 * top - 1 - i);
    }
    for (int i = 0; i < 20000; ++i) check(top + random() % top);
  }
  CAPTURE(worst);
  CHECK(worst < 7.4e-5);
}
