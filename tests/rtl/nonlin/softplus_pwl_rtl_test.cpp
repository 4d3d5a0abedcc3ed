// ssm_softplus_pwl against hls softplus_pwl: all 2^17 arguments, with and without softplus.
#include <catch2/catch.hpp>

#include "Vssm_softplus_pwl.h"
#include "hls/nonlin/softplus_pwl.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("softplus_pwl rtl equals hls for every argument", "[leaf][rtl]") {
  Vssm_softplus_pwl dut;
  for (int softplus = 0; softplus <= 1; ++softplus) {
    const int32_t limit = 1 << (hls::x_bits - 1);
    for (int32_t x = -limit; x <= limit; ++x) {
      dut.softplus_i = static_cast<uint8_t>(softplus);
      dut.x_i = static_cast<uint32_t>(test::to_port(x, hls::x_bits));
      test::tick(dut);
      if (x == -limit) continue;  // latency 2: the result of the argument before
      const int32_t input = x - 1;
      const int32_t linear = input < 0 ? 0 : input << (hls::dt_frac - hls::x_frac);
      const int32_t want = softplus ? hls::softplus_pwl(input) : linear;
      if (static_cast<int32_t>(dut.dt_o) != want)
        FAIL("softplus " << softplus << ", x = " << input << ": rtl " << dut.dt_o << ", hls " << want);
    }
  }
}
