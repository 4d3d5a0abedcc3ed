// ssm_round_shift at 44 to 16 bits against hls round_shift and clamp: corners and random values at every
// shift.
#include <catch2/catch.hpp>
#include <random>

#include "Vssm_round_shift.h"
#include "hls/formats.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("round_shift rtl equals hls at corners and random values", "[leaf][rtl]") {
  const unsigned seed = 7001;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vssm_round_shift dut;
  for (int shift = 0; shift <= 44; ++shift) {
    for (int i = 0; i < 20000; ++i) {
      int64_t v = test::from_port(random() & ((uint64_t{1} << 44) - 1), 44) >> (random() % 44);
      if (i < 64) v = (int64_t{1} << (i % 43)) - (i & 1) - (i & 32 ? int64_t{1} << (i % 43) : 0);
      dut.value_i = test::to_port(v, 44);
      dut.shift_i = static_cast<uint8_t>(shift);
      dut.eval();
      const int64_t wide = hls::round_shift(v, shift);
      const int64_t want = hls::clamp_signed(wide, 16);
      if (test::from_port(dut.value_o, 16) != want || dut.saturated_o != (wide != want))
        FAIL("v = " << v << ", shift " << shift << ": rtl " << test::from_port(dut.value_o, 16) << ", hls "
                    << want);
    }
  }
}
