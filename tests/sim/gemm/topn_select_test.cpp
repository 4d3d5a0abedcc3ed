// topn_select: SystemC and RTL by cycle and counter on random groups rich in ties, values against hls.
#include <catch2/catch.hpp>

#include "Vtopn_select_16.h"
#include "Vtopn_select_8.h"
#include "tests/sim/gemm/topn_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

template <class Module>
stream_trace topn_rtl_trace(const stream_stimulus& stimulus) {
  Module dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.v_valid_i, dut.v_i, dut.v_pop_o);
  side.output(dut.kept_valid_o, dut.kept_o, dut.kept_pop_i);
  side.counter("busy", dut.ev_busy_o);
  side.counter("wait_in", dut.ev_wait_in_o);
  side.counter("wait_out", dut.ev_wait_out_o);
  side.counter("idle", dut.ev_idle_o);
  side.counter("values", dut.ev_values_o);
  side.counter("compare_ops", dut.ev_compare_ops_o);
  side.counter("kept", dut.ev_kept_o);
  return side.run();
}

template <class Module>
void compare_random_topn_runs(int lanes, int value_bits, int out_depth, unsigned first_seed) {
  unsigned seed = first_seed;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      topn_workload work{lanes, value_bits, {}, {}, {}};
      for (int i = 0; i < 30; ++i) {
        const int m = 4 << random() % 3;
        append_command(work, 1 + static_cast<int>(random() % static_cast<uint64_t>(m)), m,
                       1 + static_cast<int>(random() % 5), random_values(value_bits, random));
      }
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = topn_rtl_trace<Module>(stimulus);
      const stream_trace systemc = systemc_trace(work, stimulus, out_depth, seed % 2 ? seed : 0);
      REQUIRE(first_difference(stimulus, rtl, systemc) == "");
      REQUIRE(rtl.outputs[0].entries == work.kept);
    }
}

}  // namespace

TEST_CASE("topn_select systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  SECTION("3 lanes of 16 bits") { compare_random_topn_runs<Vtopn_select_16>(3, 16, 4, 9500); }
  SECTION("1 lane of 8 bits") { compare_random_topn_runs<Vtopn_select_8>(1, 8, 2, 9600); }
}

TEST_CASE("topn_select rtl equals hls for every group of four values in -2..2 and every N", "[leaf][rtl]") {
  constexpr int m = 4, choices = 5, groups = choices * choices * choices * choices;
  std::mt19937_64 random(1);
  const auto value = [](int lane, int group, int i) {
    int rest = (group + lane) % groups;
    for (int skip = 0; skip < i; ++skip) rest /= choices;
    return static_cast<int16_t>(rest % choices - 2);
  };
  for (int n = 1; n <= m; ++n) {
    topn_workload work{3, 16, {}, {}, {}};
    append_command(work, n, m, groups, value);
    const stream_trace rtl =
        topn_rtl_trace<Vtopn_select_16>(stimulus_of(work, pace::eager, pace::eager, random));
    CAPTURE(n);
    REQUIRE(rtl.outputs[0].entries == work.kept);
  }
}

TEST_CASE("topn_select rtl takes a value per lane and cycle whatever N", "[block][rtl]") {
  const unsigned seed = 9700;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const int m : {4, 8, 16})
    for (int n = 1; n <= m; ++n) {
      topn_workload work{3, 16, {}, {}, {}};
      append_command(work, n, m, 20, random_values(16, random));
      const stream_trace rtl =
          topn_rtl_trace<Vtopn_select_16>(stimulus_of(work, pace::eager, pace::eager, random));
      CAPTURE(n, m);
      // First value visible in cycle 1; the last group drains behind the last value.
      CHECK(rtl.cycles == 1 + 20 * m + n + 1);
      CHECK(counter(rtl, "wait_out") == 0);
      REQUIRE(rtl.outputs[0].entries == work.kept);
    }
}

}  // namespace scansim::test
