// Conversions of the storage types against Eigen's: all 2^16 values up, and down every float that lies near
// one of them or between two (ties), and random ones.
#include "host/cuda/numerics/storage_types.h"

#include <Eigen/Core>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace scansim;

namespace {

template <typename Bits, typename Eigen_type>
void check_down(float value) {
  const uint16_t got = from_float<Bits>(value).bits;
  const uint16_t want = Eigen::numext::bit_cast<uint16_t>(static_cast<Eigen_type>(value));
  if (std::isnan(value)) {
    if (!std::isnan(to_float(Bits{got}))) FAIL("NaN lost");
  } else if (got != want) {
    FAIL(value << " gives " << got << " instead of " << want);
  }
}

template <typename Bits, typename Eigen_type>
void check_type(uint32_t seed) {
  INFO("seed " << seed);
  for (uint32_t i = 0; i < 65536; ++i) {
    const Bits bits{static_cast<uint16_t>(i)};
    const float got = to_float(bits), next = to_float(Bits{static_cast<uint16_t>(i + 1)});
    const float want = static_cast<float>(Eigen::numext::bit_cast<Eigen_type>(bits.bits));
    if (std::isnan(want)) {
      REQUIRE(std::isnan(got));
      REQUIRE(std::isnan(to_float(from_float<Bits>(got))));
      continue;
    }
    if (float_to_bits(got) != float_to_bits(want)) FAIL(i << " gives " << got << " instead of " << want);
    if (from_float<Bits>(got).bits != bits.bits) FAIL(i << " does not come back");
    const float middle = static_cast<float>((double{got} + double{next}) / 2);
    for (const float value : {middle, std::nextafter(middle, got), std::nextafter(middle, next)})
      check_down<Bits, Eigen_type>(value);
  }
  std::mt19937 random(seed);
  for (int i = 0; i < 2'000'000; ++i)
    check_down<Bits, Eigen_type>(bits_to_float(static_cast<uint32_t>(random())));
}

}  // namespace

TEST_CASE("half_bits converts as IEEE half, exhaustively and at every tie", "[exhaustive][gpu]") {
  check_type<half_bits, Eigen::half>(1);
  CHECK(from_float<half_bits>(65519.996f).bits == 0x7bff);
  CHECK(from_float<half_bits>(65520.0f).bits == 0x7c00);
}

TEST_CASE("bfloat16_bits converts as bfloat16, exhaustively and at every tie", "[exhaustive][gpu]") {
  check_type<bfloat16_bits, Eigen::bfloat16>(2);
}
