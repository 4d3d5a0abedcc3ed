// ssm_exp_pwl against hls exp_pwl: all 2^22 exponents, pipelined one per cycle, for every number of segments;
// among them decays of 1 and 0 whatever the exponent.
#include <catch2/catch.hpp>

#include "Vexp_pwl_16.h"
#include "Vexp_pwl_16_fabric.h"
#include "Vexp_pwl_32.h"
#include "Vexp_pwl_32_fabric.h"
#include "Vexp_pwl_64.h"
#include "Vexp_pwl_64_fabric.h"
#include "Vexp_pwl_8.h"
#include "Vexp_pwl_8_fabric.h"
#include "hls/nonlin/exp_pwl.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {
template <class Module>
void compare_decays(int index_bits) {
  constexpr uint32_t latency = 3, count = 1u << hls::exponent_bits;
  const auto one = [](uint32_t e) { return e % 1021 == 5; };
  const auto zero = [](uint32_t e) { return e % 509 == 5; };
  Module dut;
  dut.enable_i = 0b111;
  for (uint32_t e = 1; e < count + latency; ++e) {
    dut.exponent_ni = -e & (count - 1);
    dut.one_i = one(e), dut.zero_i = zero(e);
    test::tick(dut);
    if (e < latency) continue;
    const uint32_t input = e + 1 - latency;
    const uint32_t meant = one(input) ? 0 : zero(input) ? hls::exponent_beyond : input;
    const int32_t want = hls::exp_pwl(meant, hls::exp_pwl_table(1 << index_bits), index_bits);
    if (static_cast<int32_t>(dut.decay_o) != want)
      FAIL(index_bits << " index bits, e = " << input << ": rtl " << dut.decay_o << ", hls " << want);
  }
}
}  // namespace

TEST_CASE("exp_pwl rtl equals hls for every exponent", "[leaf][rtl]") {
  compare_decays<Vexp_pwl_64>(6);
  compare_decays<Vexp_pwl_32>(5);
  compare_decays<Vexp_pwl_16>(4);
  compare_decays<Vexp_pwl_8>(3);
}

TEST_CASE("exp_pwl rtl as it is synthesised equals hls for every exponent", "[leaf][rtl]") {
  compare_decays<Vexp_pwl_64_fabric>(6);
  compare_decays<Vexp_pwl_32_fabric>(5);
  compare_decays<Vexp_pwl_16_fabric>(4);
  compare_decays<Vexp_pwl_8_fabric>(3);
}
