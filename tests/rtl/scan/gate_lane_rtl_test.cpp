// ssm_gate_lane against hls gate_silu: random and corner operands and shifts, both saturation marks.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "Vssm_gate_lane.h"
#include "hls/scan/gate_silu.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("gate_silu rtl lane equals hls for random operands and shifts", "[leaf][rtl]") {
  const unsigned seed = 7003;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const hls::widths w{8, 16, 16, 64};
  Vssm_gate_lane dut;
  uint64_t marks = 0;
  for (int i = 0; i < 200000; ++i) {
    const int64_t acc = test::from_port(random(), 64) >> (32 + random() % 24);
    const int64_t skip = test::from_port(random(), 64) >> (32 + random() % 24);
    const auto z = static_cast<int32_t>(random() % 256) - 128;
    const bool has_z = random() % 4 != 0, linear = random() % 3 == 0;
    hls::scan_shifts sh;
    sh.z = static_cast<uint8_t>(random() % 20);
    sh.v = static_cast<uint8_t>(random() % 33);
    sh.y = static_cast<uint8_t>(random() % 44);
    hls::saturation_counts sat;
    const int32_t want = hls::gate_silu(acc, skip, z, hls::gate_of(has_z, linear), sh, w, sat);
    dut.has_z_i = has_z, dut.linear_i = linear;
    dut.sh_z_i = sh.z;
    dut.sh_v_i = sh.v;
    dut.sh_y_i = sh.y;
    dut.acc_i = static_cast<uint32_t>(acc);
    dut.skip_i = static_cast<uint32_t>(skip);
    dut.z_i = static_cast<uint8_t>(z);
    for (int cycle = 0; cycle < 5; ++cycle) test::tick(dut);
    CAPTURE(acc, skip, z, has_z, linear, int{sh.z}, int{sh.v}, int{sh.y});
    REQUIRE(test::from_port(dut.y_o, hls::y_bits) == want);
    REQUIRE(dut.sat_v_o == sat.v);
    REQUIRE(dut.sat_y_o == sat.y);
    marks += sat.v + sat.y;
  }
  CHECK(marks > 1000);
}

TEST_CASE("gate_silu rtl lane equals hls, other operands and shifts in every cycle", "[leaf][rtl]") {
  constexpr size_t latency = 5;
  const unsigned seed = 7103;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const hls::widths w{8, 16, 16, 64};
  struct row {
    hls::scan_shifts shifts;
    int32_t y = 0;
    hls::saturation_counts saturations;
  };
  Vssm_gate_lane dut;
  std::vector<row> rows;
  for (int i = 0; i < 200000; ++i) {
    const int64_t acc = test::from_port(random(), 64) >> (32 + random() % 24);
    const int64_t skip = test::from_port(random(), 64) >> (32 + random() % 24);
    const auto z = static_cast<int32_t>(random() % 256) - 128;
    const bool has_z = random() % 4 != 0, linear = random() % 3 == 0;
    row now;
    now.shifts.z = static_cast<uint8_t>(random() % 20);
    now.shifts.v = static_cast<uint8_t>(random() % 20);
    now.shifts.y = static_cast<uint8_t>(random() % 40);
    now.y = hls::gate_silu(acc, skip, z, hls::gate_of(has_z, linear), now.shifts, w, now.saturations);
    rows.push_back(now);
    dut.has_z_i = has_z, dut.linear_i = linear;
    dut.sh_z_i = now.shifts.z;
    dut.sh_v_i = rows.size() < 2 ? 0 : rows[rows.size() - 2].shifts.v;  // of the row before
    dut.acc_i = static_cast<uint32_t>(acc);
    dut.skip_i = static_cast<uint32_t>(skip);
    dut.z_i = static_cast<uint8_t>(z);
    test::tick(dut);
    if (rows.size() < latency) continue;
    const row& out = rows[rows.size() - latency];
    dut.sh_y_i = out.shifts.y;
    dut.eval();
    CAPTURE(i);
    REQUIRE(test::from_port(dut.y_o, hls::y_bits) == out.y);
    REQUIRE(dut.sat_v_o == out.saturations.v);
    REQUIRE(dut.sat_y_o == out.saturations.y);
  }
}
