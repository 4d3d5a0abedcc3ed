// exp_pwl against 2^-e, e the middle of what was rounded up to it, over its whole argument range (2^22
// values), for every number of segments: the value, the rate -log2 a that a slow decay lives by, and the mean
// of each segment, which a long recurrence adds up.
#include "hls/nonlin/exp_pwl.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace scansim::hls;

namespace {
constexpr uint32_t one = 1u << exponent_lsb;
constexpr double lsb16 = 1.0 / 65536;

double meant(uint32_t e) { return std::ldexp(e - 0.5, -exponent_lsb); }
double exact(uint32_t e) { return std::exp2(-meant(e)); }
double approximated(uint32_t e, int index_bits) {
  return std::ldexp(exp_pwl(e, exp_pwl_table(1 << index_bits), index_bits), -exp_frac);
}

double worst_exp_error(int index_bits) {
  double worst = 0;
  for (uint32_t e = 1; e <= (1u << exponent_bits); ++e)
    worst = std::max(worst, std::fabs(approximated(e, index_bits) - exact(e)));
  return worst;
}

// The largest relative error of the rate over exponents (from, one].
double worst_rate_error(int index_bits, uint32_t from) {
  double worst = 0;
  for (uint32_t e = from + 1; e <= one; ++e) {
    const double rate = -std::log2(approximated(e, index_bits));
    worst = std::max(worst, std::fabs(rate / meant(e) - 1));
  }
  return worst;
}

double worst_segment_mean(int index_bits) {
  const uint32_t width = one >> index_bits;
  double worst = 0;
  for (uint32_t start = 0; start < one; start += width) {
    double sum = 0;
    for (uint32_t e = start + 1; e <= start + width; ++e) sum += approximated(e, index_bits) - exact(e);
    worst = std::max(worst, std::fabs(sum / width));
  }
  return worst;
}
}  // namespace

TEST_CASE("exp_pwl hls stays within its stated error for every exponent", "[leaf][hls]") {
  CHECK(worst_exp_error(6) < 1.3e-5);
  CHECK(worst_exp_error(5) < 4.1e-5);
  CHECK(worst_exp_error(4) < 1.6e-4);
  CHECK(worst_exp_error(3) < 5.7e-4);
}

// An error of it is one of every decay, on every rung alike.
TEST_CASE("exp_pwl hls takes exponents of the natural base times log2(e), the nearest there is",
          "[leaf][hls]") {
  CHECK(log2e_q == std::llround(std::ldexp(1 / std::log(2.0), 16)));
}

TEST_CASE("exp_pwl hls keeps the rate of a slow decay", "[leaf][hls]") {
  const uint32_t slow = one >> 12;
  CHECK(worst_rate_error(6, slow) < 1e-3);
  CHECK(worst_rate_error(5, slow) < 2e-3);
  CHECK(worst_rate_error(4, slow) < 4e-3);
  CHECK(worst_rate_error(3, slow) < 8e-3);
  CHECK(worst_rate_error(6, 1) < 7e-3);  // below 2^-12 the last fraction bit of a decides
}

TEST_CASE("exp_pwl hls has no mean error over any segment", "[leaf][hls]") {
  CHECK(worst_segment_mean(6) < 0.1 * lsb16);
  CHECK(worst_segment_mean(5) < 0.1 * lsb16);
  CHECK(worst_segment_mean(4) < 0.1 * lsb16);
  CHECK(worst_segment_mean(3) < 0.4 * lsb16);
}

TEST_CASE("exp_pwl hls keeps a state that makes no step and none that makes a huge one", "[leaf][hls]") {
  for (int bits = 3; bits <= 6; ++bits) {
    CHECK(exp_pwl(0, exp_pwl_table(1 << bits), bits) == 1 << exp_frac);
    CHECK(exp_pwl(exponent_beyond, exp_pwl_table(1 << bits), bits) == 0);
  }
}

TEST_CASE("exp_pwl hls hardly grows where segments meet", "[leaf][hls]") {
  const int rise[] = {14000, 3500, 820, 520};  // of 2^25: a zero-mean line starts below its curve
  for (int bits = 3; bits <= 6; ++bits) {
    int32_t above = 1 << exp_frac, most = 0;
    for (uint32_t e = 1; e <= (1u << exponent_bits); ++e) {
      const int32_t a = exp_pwl(e, exp_pwl_table(1 << bits), bits);
      most = std::max(most, a - above);
      above = a;
    }
    CAPTURE(bits);
    CHECK(most < rise[bits - 3]);
    CHECK(above == 1 << (exp_frac - 16));  // the last bit that there is beyond the first whole
  }
}
