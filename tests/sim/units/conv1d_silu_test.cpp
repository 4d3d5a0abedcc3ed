// conv1d_silu: SystemC and RTL by cycle and counter on random commands, values against hls; sequences cut
// into commands; one row per cycle whatever the number of lane groups.
#include <catch2/catch.hpp>

#include "Vconv1d_silu_3.h"
#include "Vconv1d_silu_4.h"
#include "tests/sim/units/conv_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

template <class Module>
stream_trace conv_rtl_trace(const stream_stimulus& stimulus) {
  Module dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.x_valid_i, dut.x_i, dut.x_pop_o);
  side.input(dut.p_valid_i, dut.p_i, dut.p_pop_o);
  side.input(dut.s_valid_i, dut.s_i, dut.s_pop_o);
  side.output(dut.u_valid_o, dut.u_o, dut.u_pop_i);
  side.output(dut.h_valid_o, dut.h_o, dut.h_pop_i);
  side.counters("conv1d_silu", dut.inc_o);
  return side.run();
}

template <class Module>
void compare_random_conv_runs(int lanes, int max_groups, int u_depth, int state_depth, unsigned first_seed) {
  uint64_t saturations = 0, rows = 0, wait_in = 0, wait_out = 0;
  unsigned seed = first_seed;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      conv_workload work{lanes, max_groups, {}, {}, {}, {}, {}, {}};
      for (int i = 0; i < 160; ++i) append_command(work, random_command(work, random), random);
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = conv_rtl_trace<Module>(stimulus);
      const stream_trace systemc = systemc_trace(work, stimulus, u_depth, state_depth, seed % 2 ? seed : 0);
      REQUIRE(first_difference(stimulus, rtl, systemc) == "");
      REQUIRE(rtl.outputs[0].entries == work.u);
      REQUIRE(rtl.outputs[1].entries == work.h);
      REQUIRE(counter(rtl, "saturations") == work.saturations);
      REQUIRE(counter(rtl, "busy") == work.rows);
      REQUIRE(counter(rtl, "busy") + counter(rtl, "wait_in") + counter(rtl, "wait_out") +
                  counter(rtl, "idle") ==
              static_cast<uint64_t>(rtl.cycles));
      saturations += work.saturations;
      rows += work.rows;
      wait_in += counter(rtl, "wait_in");
      wait_out += counter(rtl, "wait_out");
    }
  // Some outputs clamp, most do not.
  CHECK(saturations > 100);
  CHECK(saturations < rows * static_cast<uint64_t>(lanes) / 2);
  CHECK(wait_in > 100);
  CHECK(wait_out > 100);
}

}  // namespace

TEST_CASE("conv1d_silu systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  SECTION("4 lanes, 64 groups") { compare_random_conv_runs<Vconv1d_silu_4>(4, 64, 16, 4, 9800); }
  SECTION("3 lanes, 5 groups, shallow outputs") {
    compare_random_conv_runs<Vconv1d_silu_3>(3, 5, 8, 2, 9900);
  }
}

TEST_CASE("conv1d_silu rtl continues a sequence across commands by its state", "[block][rtl]") {
  const unsigned seed = 9850;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int width = 2; width <= hls::max_conv_width; ++width)
    for (const int groups : {1, 2, 3, 64}) {
      conv_workload work{4, 64, {}, {}, {}, {}, {}, {}};
      append_pieces(work, {groups, 0, width, 7, true, false, true}, {1, 1, 2, 1, 3, 5}, random);
      const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
      const stream_trace rtl = conv_rtl_trace<Vconv1d_silu_4>(stimulus);
      CAPTURE(width, groups);
      REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 16, 4, 0)) == "");
      REQUIRE(rtl.outputs[0].entries == work.u);
      REQUIRE(rtl.outputs[1].entries == work.h);
    }
}

TEST_CASE("conv1d_silu rtl takes a row per cycle for any number of lane groups, commands back to back",
          "[block][rtl]") {
  const unsigned seed = 9870;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const int groups : {1, 2, 3, 7, 64})
    for (const bool silu : {false, true}) {
      conv_workload work{4, 64, {}, {}, {}, {}, {}, {}};
      for (int i = 0; i < 3; ++i) append_command(work, {groups, 20, 4, 7, silu, true, true}, random);
      const stream_trace rtl =
          conv_rtl_trace<Vconv1d_silu_4>(stimulus_of(work, pace::eager, pace::eager, random));
      CAPTURE(groups, silu);
      // First row visible in cycle 1, one issue per cycle, latency 10.
      CHECK(rtl.cycles == 1 + 3 * 20 * groups + 10);
      CHECK(rtl.outputs[0].seen.front() == 1 + 10);
      CHECK(rtl.outputs[1].seen.front() == 1 + 19 * groups + 2);
      REQUIRE(rtl.outputs[0].entries == work.u);
      REQUIRE(rtl.outputs[1].entries == work.h);
    }
}

}  // namespace scansim::test
