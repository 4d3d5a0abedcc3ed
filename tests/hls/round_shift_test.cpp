// The rounding rule and the clamps, against their definitions in exact arithmetic.
#include <catch2/catch.hpp>
#include <cmath>

#include "hls/formats.h"

using namespace scansim::hls;

TEST_CASE("round_shift hls is floor(v / 2^s + 1/2) for every 12-bit value and shift", "[leaf][hls]") {
  for (int s = 0; s <= 14; ++s)
    for (int32_t v = -2048; v < 2048; ++v)
      if (round_shift(v, s) != static_cast<int32_t>(std::floor(std::ldexp(v, -s) + 0.5)))
        FAIL("v = " << v << ", s = " << s << " gives " << round_shift(v, s));
}

TEST_CASE("clamp hls saturates to the named width and leaves the rest", "[leaf][hls]") {
  for (int bits = 2; bits <= 8; ++bits) {
    for (int64_t v = -600; v <= 600; ++v) {
      const int64_t hi = (1 << (bits - 1)) - 1;
      CHECK(clamp_signed(v, bits) == std::min(std::max(v, -hi - 1), hi));
      CHECK(clamp_unsigned(v, bits) == std::min<int64_t>(std::max<int64_t>(v, 0), (1 << bits) - 1));
    }
  }
}
