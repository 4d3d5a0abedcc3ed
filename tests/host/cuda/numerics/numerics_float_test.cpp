// The bit-exact float leaves against double precision, over float bit patterns at a fixed stride; the case
// tagged
// [.exhaustive] takes every one.
#include <catch2/catch.hpp>
#include <cmath>

#include "host/cuda/numerics/exp_float.h"
#include "host/cuda/numerics/log1p_float.h"
#include "host/cuda/numerics/silu_float.h"
#include "host/cuda/numerics/softplus_float.h"

using namespace scansim;

namespace {

struct worst_error {
  double ulp = 0, relative = 0;
  float at = 0;
};

// Over all floats in [low, high] whose magnitude is 0 or at least 1e-37, at the stride; the ends always.
template <typename Function, typename Exact>
worst_error measure(const Function& function, const Exact& exact, float low, float high, uint32_t stride) {
  worst_error worst;
  const auto take = [&](float x) {
    if (!(x >= low && x <= high) || (x != 0 && std::fabs(x) < 1e-37f)) return;
    const double truth = exact(double{x}), error = std::fabs(double{function(x)} - truth);
    int exponent = 0;
    std::frexp(truth, &exponent);
    const double ulp = error / std::ldexp(1.0, exponent - 24);
    if (!(ulp <= worst.ulp)) {
      worst.ulp = ulp;
      worst.at = x;
    }
    if (truth != 0) worst.relative = std::fmax(worst.relative, error / std::fabs(truth));
  };
  for (uint64_t bits = 0; bits < uint64_t{1} << 32; bits += stride) take(bits_to_float(uint32_t(bits)));
  take(low);
  take(high);
  return worst;
}

double exact_softplus(double x) { return x > 20 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

void check_all(uint32_t stride) {
  const worst_error e = measure(
      exp_float, [](double x) { return std::exp(x); }, -87, 88, stride);
  INFO("exp " << e.ulp << " ulp at " << e.at);
  CHECK(e.ulp <= 2);
  const worst_error l = measure(
      log1p_float, [](double x) { return std::log1p(x); }, 0, 0x1p126f, stride);
  INFO("log1p " << l.ulp << " ulp at " << l.at);
  CHECK(l.ulp <= 4);
  const worst_error p = measure(softplus_float, exact_softplus, -87, 3e38f, stride);
  INFO("softplus " << p.relative << ", worst ulp at " << p.at);
  CHECK(p.relative <= 1e-6);
  const worst_error s = measure(
      silu_float, [](double x) { return x / (1 + std::exp(-x)); }, -83, 3e38f, stride);
  INFO("silu " << s.relative << ", worst ulp at " << s.at);
  CHECK(s.relative <= 1e-6);
}

}  // namespace

TEST_CASE("exp, log1p, softplus and silu keep their stated error on a dense grid", "[numerics][gpu]") {
  check_all(509);
}

TEST_CASE("exp, log1p, softplus and silu keep their stated error on every float",
          "[numerics][gpu][.exhaustive]") {
  check_all(1);
}

TEST_CASE("exp_float is exact at 0 and saturates to 0 and infinity at its stated ends", "[numerics][gpu]") {
  CHECK(exp_float(0.0f) == 1.0f);
  CHECK(exp_float(-0.0f) == 1.0f);
  const float last_normal = -0x1.5d589ep6f;  // just above -126 ln 2
  CHECK(exp_float(last_normal) >= 0x1p-126f);
  CHECK(exp_float(std::nextafter(last_normal, -100.0f)) == 0.0f);
  CHECK(exp_float(-3e38f) == 0.0f);
  CHECK(std::isfinite(exp_float(0x1.62e42ep6f)));
  CHECK(std::isinf(exp_float(0x1.62e430p6f)));
  CHECK(std::isinf(exp_float(3e38f)));
}

TEST_CASE("exp_float_negative has the bits of exp_float up to 88", "[numerics][gpu]") {
  for (float x = -100; x < 88; x += 0.0037f)
    REQUIRE(float_to_bits(exp_float_negative(x)) == float_to_bits(exp_float(x)));
}

TEST_CASE("softplus_float is the identity above 20 and keeps small results", "[numerics][gpu]") {
  CHECK(softplus_float(std::nextafter(20.0f, 21.0f)) == std::nextafter(20.0f, 21.0f));
  CHECK(softplus_float(1e30f) == 1e30f);
  CHECK(softplus_float(-50.0f) == exp_float(-50.0f));
}

TEST_CASE("silu_float of large arguments is x, and a zero of the right sign", "[numerics][gpu]") {
  CHECK(silu_float(100.0f) == 100.0f);
  CHECK(float_to_bits(silu_float(-100.0f)) == 0x80000000u);
  CHECK(float_to_bits(silu_float(0.0f)) == 0u);
}
