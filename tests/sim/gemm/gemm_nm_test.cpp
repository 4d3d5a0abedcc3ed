// gemm_nm: SystemC and RTL by cycle and counter on random commands, values against hls; what N:M saves in
// cycles.
#include <catch2/catch.hpp>

#include "Vgemm_nm_3x8.h"
#include "Vgemm_nm_4x16.h"
#include "tests/sim/gemm/gemm_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

template <class Module>
stream_trace gemm_nm_rtl_trace(const stream_stimulus& stimulus) {
  Module dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.x_valid_i, dut.x_i, dut.x_pop_o);
  side.input(dut.w_valid_i, dut.w_i, dut.w_pop_o);
  side.input(dut.p_valid_i, dut.p_i, dut.p_pop_o);
  side.input(dut.r_valid_i, dut.r_i, dut.r_pop_o);
  side.output(dut.y_valid_o, dut.y_o, dut.y_pop_i);
  side.counters("gemm_nm", dut.inc_o);
  return side.run();
}

template <class Module>
void compare_random_gemm_nm_runs(const gemm_shape& shape, int y_depth, unsigned first_seed) {
  uint64_t saturations = 0, wait_in = 0, wait_out = 0;
  unsigned seed = first_seed;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      gemm_workload work{shape};
      for (int i = 0; i < 40; ++i) append_command(work, random_command(shape, random), random);
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = gemm_nm_rtl_trace<Module>(stimulus);
      const stream_trace systemc = systemc_trace(work, stimulus, y_depth, seed % 2 ? seed : 0);
      REQUIRE(first_difference(stimulus, rtl, systemc) == "");
      REQUIRE(rtl.outputs[0].entries == work.y);
      REQUIRE(counter(rtl, "saturations") == work.saturations);
      REQUIRE(counter(rtl, "busy") + counter(rtl, "wait_in") + counter(rtl, "wait_out") +
                  counter(rtl, "idle") ==
              static_cast<uint64_t>(rtl.cycles));
      saturations += work.saturations;
      wait_in += counter(rtl, "wait_in");
      wait_out += counter(rtl, "wait_out");
    }
  CHECK(saturations > 100);
  CHECK(wait_in > 100);
  CHECK(wait_out > 100);
}

}  // namespace

TEST_CASE("gemm_nm systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  SECTION("4 lanes of 16 multipliers") { compare_random_gemm_nm_runs<Vgemm_nm_4x16>({4, 16, 64}, 16, 9100); }
  SECTION("3 lanes of 8, two places for results") {
    compare_random_gemm_nm_runs<Vgemm_nm_3x8>({3, 8, 32}, 2, 9200);
  }
}

TEST_CASE("gemm_nm rtl skips work: 2:4 takes 1.9 times and 2:8 3.6 times fewer cycles than dense, K 768",
          "[block][rtl]") {
  const gemm_shape shape{4, 16, 64};
  const unsigned seed = 9300;
  INFO("seed " << seed);
  const auto run = [&](int n, int m) {
    std::mt19937_64 random(seed);
    gemm_workload work{shape};
    append_command(work, command_for(shape, 768, n, m, 16), random);
    const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
    const stream_trace rtl = gemm_nm_rtl_trace<Vgemm_nm_4x16>(stimulus);
    REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 16, 0)) == "");
    REQUIRE(rtl.outputs[0].entries == work.y);
    // Full use of the multipliers, and not one beat more than the pattern needs.
    CHECK(counter(rtl, "macs") == counter(rtl, "mac_slots"));
    CHECK(counter(rtl, "busy") == static_cast<uint64_t>(16 * 768 * n / (m * shape.depth)));
    return static_cast<double>(rtl.cycles);
  };
  const double dense = run(16, 16);
  CHECK(run(4, 4) == dense);
  CHECK(run(8, 8) == dense);
  const double two_of_four = run(2, 4), four_of_eight = run(4, 8), two_of_eight = run(2, 8);
  CAPTURE(dense, two_of_four, four_of_eight, two_of_eight);
  CHECK(dense / two_of_four >= 1.9);
  CHECK(dense / four_of_eight >= 1.9);
  CHECK(dense / two_of_eight >= 3.6);
  CHECK(dense / run(4, 16) >= 3.6);
}

TEST_CASE("gemm_nm groups per beat follow multipliers and window", "[block][systemc]") {
  const gemm_shape shape{4, 16, 64};
  CHECK(gemm_groups_per_beat(shape, 2, 4) == 8);
  CHECK(gemm_groups_per_beat(shape, 2, 8) == 8);
  CHECK(gemm_groups_per_beat(shape, 1, 8) == 8);  // the window is full
  CHECK(gemm_groups_per_beat(shape, 3, 8) == 4);  // 12 of 16 multipliers
  CHECK(gemm_groups_per_beat({4, 8, 32}, 16, 16) == 0);
}

}  // namespace scansim::test
