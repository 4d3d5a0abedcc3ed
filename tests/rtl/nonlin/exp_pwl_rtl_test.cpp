// ssm_exp_pwl against hls exp_pwl: all 2^17 exponents, pipelined one per cycle.
#include <catch2/catch.hpp>

#include "Vssm_exp_pwl.h"
#include "hls/nonlin/exp_pwl.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("exp_pwl rtl equals hls for every exponent", "[leaf][rtl]") {
  constexpr int latency = 3;
  Vssm_exp_pwl dut;
  dut.enable_i = 0b111;
  for (uint32_t e = 0; e < (1u << hls::exponent_bits) + latency - 1; ++e) {
    dut.exponent_i = e & ((1u << hls::exponent_bits) - 1);
    test::tick(dut);
    if (e + 1 < latency) continue;
    const uint32_t input = e + 1 - latency;
    const int32_t want = hls::exp_pwl(input, hls::exp_pwl_table(64), 6);
    if (static_cast<int32_t>(dut.decay_o) != want)
      FAIL("e = " << input << ": rtl " << dut.decay_o << ", hls " << want);
  }
}
