// 2^x, softplus and silu of the float kernels against double precision.
#include "host/cuda/numerics/exp2_float.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "host/cuda/numerics/activation_unit.h"

using namespace scansim;

namespace {

double ulp_error(float got, double want) {
  int exponent = 0;
  std::frexp(want, &exponent);
  return std::fabs(got - want) / std::ldexp(1.0, exponent - 24);
}

// Largest relative error where the result is at least 1e-30 (below, the square of a small exp leaves float).
template <typename Got, typename Want>
double worst_relative(float from, float to, Got&& got, Want&& want) {
  double worst = 0;
  for (int i = 0; i <= 1'000'000; ++i) {
    const float x = from + (to - from) * static_cast<float>(i) * 1e-6f;
    const double exact = want(double{x});
    if (std::fabs(exact) > 1e-30) worst = std::max(worst, std::fabs(got(x) - exact) / std::fabs(exact));
  }
  return worst;
}

}  // namespace

TEST_CASE("exp2_poly is within 2 ulp on [-126, 127]", "[accuracy][gpu]") {
  double worst = 0;
  for (uint32_t i = 0; i <= 253u << 14; ++i) {
    const float x = -126.0f + static_cast<float>(i) / 16384.0f;
    worst = std::max(worst, ulp_error(exp2_poly(x), std::exp2(double{x})));
  }
  CHECK(worst <= 2);
}

TEST_CASE("exp2_poly is exact at integers and bounded outside", "[edges][gpu]") {
  for (int n = -126; n <= 127; ++n) CHECK(exp2_poly(static_cast<float>(n)) == std::ldexp(1.0f, n));
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(exp2_poly(-126.5f) == 0.0f);
  CHECK(exp2_poly(-infinity) == 0.0f);
  CHECK(exp2_poly(128.0f) == infinity);
  CHECK(exp2_poly(1e30f) == infinity);
  CHECK(std::isnan(exp2_poly(std::nanf(""))));
  CHECK(ulp_error(exp2_poly(127.9f), std::exp2(double{127.9f})) <= 2);
}

TEST_CASE("exp2_of gives the same function by every method", "[accuracy][gpu]") {
  for (int i = 0; i < 64; ++i) {
    const float x = static_cast<float>(i) * 0.37f - 20.0f;
    const double want = std::exp2(double{x});
    CHECK(ulp_error(exp2_of<exp_method::unit>(x, i), want) <= 2);
    CHECK(ulp_error(exp2_of<exp_method::polynomial>(x, i), want) <= 2);
    CHECK(ulp_error((exp2_of<exp_method::split, 4>(x, i)), want) <= 2);
  }
}

TEST_CASE("softplus_unit and silu_unit are within 4e-6 relative, 1.5e-6 near 0", "[accuracy][gpu]") {
  const auto softplus = [](double x) { return x > 20 ? x : std::log1p(std::exp(x)); };
  const auto silu = [](double x) { return x / (1 + std::exp(-x)); };
  CHECK(worst_relative(-80, 100, softplus_unit, softplus) <= 4e-6);
  CHECK(worst_relative(-20, 25, softplus_unit, softplus) <= 1.5e-6);
  CHECK(worst_relative(-80, 100, silu_unit, silu) <= 4e-6);
  CHECK(worst_relative(-20, 20, silu_unit, silu) <= 1.5e-6);
  CHECK(softplus_unit(-200.0f) == 0.0f);
  CHECK(softplus_unit(20.5f) == 20.5f);
  CHECK(worst_relative(-80, 100, silu_short, silu) <= 5.6e-5);
  CHECK(silu_short(-500.0f) == 0.0f);
  CHECK(silu_short(500.0f) == Approx(500).epsilon(6e-5));
  CHECK(silu_short(0.0f) == 0.0f);
  CHECK(silu_unit(-500.0f) == 0.0f);
  CHECK(silu_unit(500.0f) == 500.0f);
  CHECK(std::isnan(softplus_unit(std::nanf(""))));
}
