// exp_pwl against 2^-e over its whole argument range (2^17 values), for every number of segments.
#include "hls/nonlin/exp_pwl.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace scansim::hls;

namespace {
double worst_exp_error(int segments, int index_bits) {
  double worst = 0;
  for (uint32_t e = 0; e < (1u << exponent_bits); ++e) {
    const double want = std::exp2(-std::ldexp(e, -exponent_lsb));
    const double got = std::ldexp(exp_pwl(e, exp_pwl_table(segments), index_bits), -exp_frac);
    worst = std::max(worst, std::fabs(got - want));
  }
  return worst;
}
}  // namespace

TEST_CASE("exp_pwl hls stays within its stated error for every exponent", "[leaf][hls]") {
  CHECK(worst_exp_error(64, 6) < 4.1e-5);
  CHECK(worst_exp_error(32, 5) < 9.0e-5);
  CHECK(worst_exp_error(16, 4) < 2.0e-4);
  CHECK(worst_exp_error(8, 3) < 9.0e-4);
}

TEST_CASE("exp_pwl hls keeps a state that makes no step", "[leaf][hls]") {
  for (int bits = 3; bits <= 6; ++bits) CHECK(exp_pwl(0, exp_pwl_table(1 << bits), bits) == 1 << exp_frac);
}

TEST_CASE("exp_pwl hls never grows with the exponent", "[leaf][hls]") {
  for (int bits = 3; bits <= 6; ++bits) {
    int32_t above = 1 << exp_frac;
    int rises = 0;
    for (uint32_t e = 0; e < (1u << exponent_bits); ++e) {
      const int32_t a = exp_pwl(e, exp_pwl_table(1 << bits), bits);
      rises += a > above + 1;  // neighbouring minimax segments may meet with one step of rounding
      above = a;
    }
    CAPTURE(bits);
    CHECK((bits < 6 || rises == 0));
    CHECK(above == 0);
  }
}
