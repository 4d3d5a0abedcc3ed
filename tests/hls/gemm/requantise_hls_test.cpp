// requantise against floor(v / 2^s + 1/2) in doubles, which are exact here: every value of 18 bits, and the
// neighbourhood of every rounding and clamping boundary of the 32-bit range.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "hls/gemm/requantise.h"

using namespace scansim::hls;

namespace {

// Number of values in [first, last] for which value or count is wrong.
int64_t wrong_values(int64_t first, int64_t last, int shift, int bits) {
  const double high = std::ldexp(1.0, bits - 1) - 1, low = -high - 1;
  int64_t wrong = 0;
  for (int64_t v = first; v <= last; ++v) {
    if (v < std::numeric_limits<int32_t>::min() || v > std::numeric_limits<int32_t>::max()) continue;
    const double rounded = std::floor(std::ldexp(static_cast<double>(v), -shift) + 0.5);
    const double want = rounded > high ? high : rounded < low ? low : rounded;
    unit_saturations sat;
    const int32_t got = requantise(static_cast<int32_t>(v), shift, bits, sat);
    wrong += got != want || sat.requantise != (want != rounded ? 1u : 0u);
  }
  return wrong;
}

}  // namespace

TEST_CASE("requantise hls rounds half up and saturates for every 18-bit value, shift and width",
          "[leaf][hls]") {
  for (const int bits : {8, 16}) {
    for (int shift = 0; shift <= 31; ++shift) {
      CAPTURE(bits, shift);
      CHECK(wrong_values(-(1 << 17), (1 << 17) - 1, shift, bits) == 0);
    }
  }
}

TEST_CASE("requantise hls is exact around every boundary of the 32-bit range", "[leaf][hls]") {
  for (const int bits : {8, 16}) {
    for (int shift = 0; shift <= 31; ++shift) {
      CAPTURE(bits, shift);
      const int64_t step = int64_t{1} << shift, limit = int64_t{1} << (bits - 1);
      for (const int64_t count :
           {int64_t{-2}, int64_t{-1}, int64_t{0}, int64_t{1}, limit - 1, limit, -limit}) {
        for (const int64_t half : {-step / 2, int64_t{0}, step / 2}) {
          const int64_t v = count * step + half;
          CHECK(wrong_values(v - 2, v + 2, shift, bits) == 0);
        }
      }
      CHECK(wrong_values(std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::min() + 1000,
                         shift, bits) == 0);
      CHECK(wrong_values(std::numeric_limits<int32_t>::max() - 1000, std::numeric_limits<int32_t>::max(),
                         shift, bits) == 0);
    }
  }
}
