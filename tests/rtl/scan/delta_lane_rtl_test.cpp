// ssm_delta_lane against hls delta_softplus: random and corner operands, shifts of every size, all saturation
// marks.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

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
    const bool softplus = random() & 1, plain = random() % 3 == 0;
    hls::scan_shifts sh;
    sh.delta = static_cast<uint8_t>(random() % 20);
    sh.bias = static_cast<uint8_t>(random() % 24);
    sh.dt2 = static_cast<uint8_t>(random() % 44);
    sh.du = static_cast<uint8_t>(random() % 40);
    sh.skip = static_cast<uint8_t>(random() % 48);
    hls::saturation_counts sat;
    const hls::delta_result want = hls::delta_softplus(delta, u, bias, d, softplus, sh, w, sat, plain);
    dut.softplus_i = softplus, dut.plain_i = plain;
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

TEST_CASE("delta_softplus rtl lane equals hls, other operands and shifts in every cycle", "[leaf][rtl]") {
  constexpr size_t latency = 4;
  const unsigned seed = 7102;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const hls::widths w{8, 16, 16, 64};
  struct row {
    hls::scan_shifts shifts;
    hls::delta_result result;
    bool plain = false;
    hls::saturation_counts saturations;
  };
  Vssm_delta_lane dut;
  std::vector<row> rows;
  for (int i = 0; i < 200000; ++i) {
    const auto operand = [&](int bits) {
      return static_cast<int32_t>(test::from_port(random(), 64) >> (64 - bits));
    };
    const int32_t delta = operand(8), u = operand(8), bias = operand(16), d = operand(16);
    const bool softplus = random() & 1, plain = random() % 3 == 0;
    row now;
    now.shifts.delta = static_cast<uint8_t>(random() % 20);
    now.shifts.bias = static_cast<uint8_t>(random() % 24);
    now.shifts.dt2 = static_cast<uint8_t>(random() % 30);
    now.shifts.du = static_cast<uint8_t>(random() % 30);
    now.shifts.skip = static_cast<uint8_t>(random() % 40);
    now.result = hls::delta_softplus(delta, u, bias, d, softplus, now.shifts, w, now.saturations, plain);
    now.plain = plain;
    rows.push_back(now);
    dut.softplus_i = softplus;
    dut.plain_i = rows.size() >= latency && rows[rows.size() - latency].plain;  // of the row in its cycle 3
    dut.sh_delta_i = now.shifts.delta;
    dut.sh_bias_i = now.shifts.bias;
    dut.delta_i = static_cast<uint8_t>(delta);
    dut.u_i = static_cast<uint8_t>(u);
    dut.bias_i = static_cast<uint16_t>(bias);
    dut.d_i = static_cast<uint16_t>(d);
    test::tick(dut);
    if (rows.size() < latency) continue;
    const row& out = rows[rows.size() - latency];  // its last shifts come with its results
    dut.sh_dt2_i = out.shifts.dt2;
    dut.sh_du_i = out.shifts.du;
    dut.sh_skip_i = out.shifts.skip;
    dut.eval();
    CAPTURE(i);
    REQUIRE(dut.dt2_o == out.result.dt2);
    REQUIRE(test::from_port(dut.du_o, w.du_bits()) == out.result.du);
    REQUIRE(test::from_port(dut.skip_o, w.acc_bits()) == out.result.skip);
    REQUIRE(dut.sat_delta_o == out.saturations.delta);
    REQUIRE(dut.sat_du_o == out.saturations.du);
    REQUIRE(dut.sat_skip_o == out.saturations.skip);
  }
}
