// ssm_delta_lane against hls delta_softplus: random and corner operands, shifts of every size, all saturation
// marks.
#include <catch2/catch.hpp>
#include <random>

#include "Vssm_delta_lane.h"
#include "hls/scan/delta_softplus.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("delta_softplus rtl lane equals hls for random operands and shifts", "[leaf][rtl]") {
  const unsigned seed = 7002;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const hls::widths w{8, 16, 16, 64};
  Vssm_delta_lane dut;
  uint64_t marks = 0;
  for (int i = 0; i < 200000; ++i) {
    const auto corner = [&](int bits) {
      const int64_t hi = (int64_t{1} << (bits - 1)) - 1;
      return random() % 8 == 0 ? (random() & 1 ? hi : -hi - 1) : test::from_port(random(), 64) >> (64 - bits);
    };
    const auto delta = static_cast<int32_t>(corner(8)), u = static_cast<int32_t>(corner(8));
    const auto bias = static_cast<int32_t>(corner(16)), d = static_cast<int32_t>(corner(16));
    const bool softplus = random() & 1;
    hls::scan_shifts sh;
    sh.delta = static_cast<uint8_t>(random() % 20);
    sh.bias = static_cast<uint8_t>(random() % 24);
    sh.dt2 = static_cast<uint8_t>(random() % 44);
    sh.du = static_cast<uint8_t>(random() % 40);
    sh.skip = static_cast<uint8_t>(random() % 48);
    hls::saturation_counts sat;
    const hls::delta_result want = hls::delta_softplus(delta, u, bias, d, softplus, sh, w, sat);
    dut.softplus_i = softplus;
    dut.sh_delta_i = sh.delta;
    dut.sh_bias_i = sh.bias;
    dut.sh_dt2_i = sh.dt2;
    dut.sh_du_i = sh.du;
    dut.sh_skip_i = sh.skip;
    dut.delta_i = static_cast<uint8_t>(delta);
    dut.u_i = static_cast<uint8_t>(u);
    dut.bias_i = static_cast<uint16_t>(bias);
    dut.d_i = static_cast<uint16_t>(d);
    for (int cycle = 0; cycle < 4; ++cycle) test::tick(dut);
    CAPTURE(delta, u, bias, d, softplus, int{sh.delta}, int{sh.bias}, int{sh.dt2}, int{sh.du}, int{sh.skip});
    REQUIRE(dut.dt2_o == want.dt2);
    REQUIRE(test::from_port(dut.du_o, w.du_bits()) == want.du);
    REQUIRE(test::from_port(dut.skip_o, w.acc_bits()) == want.skip);
    REQUIRE(dut.sat_delta_o == sat.delta);
    REQUIRE(dut.sat_du_o == sat.du);
    REQUIRE(dut.sat_skip_o == sat.skip);
    marks += sat.delta + sat.du + sat.skip;
  }
  CHECK(marks > 1000);
}
