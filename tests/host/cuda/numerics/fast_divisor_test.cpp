// Division by multiplication against division: every small pair, and the edges where a multiplier too small
// or too large by one would first be wrong.
#include "host/cuda/numerics/fast_divisor.h"

#include <catch2/catch.hpp>
#include <random>

using namespace scansim;

TEST_CASE("fast_divisor divides every small number", "[exhaustive][gpu]") {
  for (uint32_t d = 1; d <= 2100; ++d) {
    const fast_divisor by(d);
    bool exact = true;
    for (uint32_t n = 0; n < 4300; ++n) exact = exact && by.quotient(n) == n / d;
    CAPTURE(d);
    CHECK(exact);
  }
}

TEST_CASE("fast_divisor divides at multiples and at the largest numbers", "[random][gpu]") {
  constexpr uint32_t most = (1u << 31) - 1;
  std::mt19937 engine(5);
  const auto random = [&] { return static_cast<uint32_t>(engine()); };
  for (int k = 0; k < 200000; ++k) {
    const uint32_t d =
        k < 64 ? (k < 31 ? 1u << k : most - static_cast<uint32_t>(k)) : random() >> (1 + k % 31);
    if (d == 0) continue;
    const fast_divisor by(d);
    const uint32_t multiple = most / d * d;
    for (const uint32_t n : {0u, d - 1, d, multiple - 1, multiple, most, random() >> 1})
      if (n <= most && by.quotient(n) != n / d) FAIL(n << " / " << d);
  }
  CHECK(fast_divisor(1).quotient(most) == most);
}
