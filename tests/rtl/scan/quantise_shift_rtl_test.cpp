// ssm_quantise_shift against hls quantise_shift: all 2^16 outputs at all 16 shifts, with the saturation mark.
#include <catch2/catch.hpp>

#include "Vssm_quantise_shift.h"
#include "hls/scan/quantise_shift.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("quantise_shift rtl equals hls for every output and shift", "[leaf][rtl]") {
  Vssm_quantise_shift dut;
  for (int shift = 0; shift < 16; ++shift) {
    for (int32_t y = -32768; y < 32768; ++y) {
      dut.shift_i = static_cast<uint8_t>(shift);
      dut.y_i = static_cast<uint16_t>(y);
      test::tick(dut);
      hls::saturation_counts sat;
      const int32_t want = hls::quantise_shift(y, shift, sat);
      if (test::from_port(dut.q_o, 8) != want || dut.saturated_o != sat.quant)
        FAIL("y = " << y << ", shift " << shift << ": rtl " << test::from_port(dut.q_o, 8) << ", hls "
                    << want);
    }
  }
}
