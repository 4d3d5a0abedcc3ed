// gemm_finish: every kind against its formula in doubles (exact for none, residual, raw), silu against the
// real silu.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "hls/gemm/gemm_nm.h"

using namespace scansim::hls;

namespace {

double half_up(double v, int shift) { return std::floor(std::ldexp(v, -shift) + 0.5); }
double clamped(double v, int bits) {
  const double high = std::ldexp(1.0, bits - 1) - 1;
  return std::clamp(v, -high - 1, high);
}

// 32-bit values of every magnitude.
int32_t random_wide(std::mt19937& random) {
  const int shift = std::uniform_int_distribution<int>(0, 31)(random);
  return static_cast<int32_t>(random()) >> shift;
}

}  // namespace

TEST_CASE("gemm_finish hls none, residual and raw follow their formulas and count once per output",
          "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr int32_t lowest = std::numeric_limits<int32_t>::min(),
                    highest = std::numeric_limits<int32_t>::max();
  for (int round = 0; round < 200000; ++round) {
    const int32_t corners[] = {lowest, highest, 0, random_wide(random)};
    const int32_t acc = round % 8 == 0 ? corners[random() % 4] : random_wide(random);
    const int32_t bias = round % 8 == 1 ? corners[random() % 4] : random_wide(random);
    const auto residual = static_cast<int16_t>(random());
    const gemm_channel channel{static_cast<uint8_t>(random() % 32), 0};
    const double wide = double{static_cast<double>(acc)} + bias, sum = clamped(wide, 32);
    CAPTURE(acc, bias, residual, int{channel.shift});

    for (const int bits : {8, 16}) {
      unit_saturations sat;
      const double rounded = half_up(sum, channel.shift), want = clamped(rounded, bits);
      const gemm_epilogue none{gemm_epilogue_kind::none, static_cast<uint8_t>(bits), 0};
      REQUIRE(gemm_finish(acc, bias, channel, none, 0, sat) == want);
      REQUIRE(sat.requantise == (sum != wide || want != rounded ? 1u : 0u));
    }
    unit_saturations sat;
    const double added = residual + half_up(sum, channel.shift), want = clamped(added, 16);
    REQUIRE(gemm_finish(acc, bias, channel, {gemm_epilogue_kind::residual}, residual, sat) == want);
    REQUIRE(sat.requantise == (sum != wide || want != added ? 1u : 0u));
    sat = {};
    REQUIRE(gemm_finish(acc, bias, channel, {gemm_epilogue_kind::raw}, residual, sat) == sum);
    REQUIRE(sat.requantise == (sum != wide ? 1u : 0u));
  }
}

TEST_CASE("gemm_finish hls silu is the real one within half a step and the sigmoid's error", "[leaf][hls]") {
  const int frac_acc = 11;
  const gemm_channel channel{0, 4 + frac_acc};
  for (int frac_y = 2; frac_y <= 6; ++frac_y) {
    const gemm_epilogue epilogue{gemm_epilogue_kind::silu, 8, static_cast<uint8_t>(16 - frac_y)};
    double worst = 0;
    for (int32_t acc = -(1 << 16); acc < (1 << 16); ++acc) {
      unit_saturations sat;
      const int32_t got = gemm_finish(acc, 0, channel, epilogue, 0, sat);
      const double real = std::ldexp(acc, -frac_acc), silu = real / (1 + std::exp(-real));
      const double want = std::ldexp(silu, frac_y);
      const bool from_above = real > 16 - std::ldexp(1.0, -12) - std::ldexp(1.0, -13);
      if (want < 127.4) REQUIRE(sat.requantise == (from_above ? 1u : 0u));
      if (want > 127.6) REQUIRE(sat.requantise == 1u);
      // Argument rounded to 12 bits, slope at most 1.1; sigmoid off by 3.4e-4; product rounded at 16 bits.
      const double bound =
          0.5 + std::ldexp(std::ldexp(1.1, -13) + 3.4e-4 * std::fabs(real) + std::ldexp(1.0, -17), frac_y);
      if (real < 16) worst = std::max(worst, std::fabs(got - std::min(want, 127.0)) - bound);
      if (real < -16) REQUIRE(got == 0);
    }
    CAPTURE(frac_y);
    CHECK(worst <= 0);
  }
}

TEST_CASE("gemm_finish hls silu agrees with its integer formula at every alignment", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 200000; ++round) {
    const int32_t acc = random_wide(random);
    const gemm_channel channel{0, static_cast<uint8_t>(random() % 64)};
    const gemm_epilogue epilogue{gemm_epilogue_kind::silu, 8, static_cast<uint8_t>(random() % 32)};
    const double argument = half_up(std::ldexp(acc, 16), channel.align), v = clamped(argument, 17);
    const double product = half_up(v * sigmoid_pwl(static_cast<int32_t>(v)), 12);
    const double rounded = half_up(product, epilogue.shift_out), want = clamped(rounded, 8);
    CAPTURE(acc, int{channel.align}, int{epilogue.shift_out});
    unit_saturations sat;
    REQUIRE(gemm_finish(acc, 0, channel, epilogue, 0, sat) == want);
    REQUIRE(sat.requantise == (v < argument || want != rounded ? 1u : 0u));
  }
}
