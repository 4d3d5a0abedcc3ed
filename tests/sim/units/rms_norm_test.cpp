// rms_norm: SystemC and RTL by cycle and counter on random commands, values against hls; one beat per cycle
// over many rows.
#include <catch2/catch.hpp>

#include "Vrms_norm_1.h"
#include "Vrms_norm_4.h"
#include "tests/sim/units/norm_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

template <class Module>
stream_trace norm_rtl_trace(const stream_stimulus& stimulus) {
  Module dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.x_valid_i, dut.x_i, dut.x_pop_o);
  side.input(dut.w_valid_i, dut.w_i, dut.w_pop_o);
  side.output(dut.y_valid_o, dut.y_o, dut.y_pop_i);
  side.counters("rms_norm", dut.inc_o);
  return side.run();
}

template <class Module>
void compare_random_norm_runs(int lanes, int row_beats, int scale_depth, int y_depth, unsigned first_seed) {
  uint64_t saturations = 0, values = 0, wait_in = 0, wait_out = 0;
  unsigned seed = first_seed;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      norm_workload work{lanes, row_beats, {}, {}, {}, {}};
      for (int i = 0; i < 100; ++i) {
        const norm_command c = random_command(work, random);
        const auto missing = static_cast<int>(random() % static_cast<uint64_t>(lanes));
        append_command(work, c, c.beats * lanes - missing, random);
      }
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = norm_rtl_trace<Module>(stimulus);
      const stream_trace systemc = systemc_trace(work, stimulus, scale_depth, y_depth, seed % 2 ? seed : 0);
      REQUIRE(first_difference(stimulus, rtl, systemc) == "");
      REQUIRE(rtl.outputs[0].entries == work.y);
      REQUIRE(counter(rtl, "saturations") == work.saturations);
      REQUIRE(counter(rtl, "busy") == work.x.size());
      REQUIRE(counter(rtl, "busy") + counter(rtl, "wait_in") + counter(rtl, "wait_out") +
                  counter(rtl, "idle") ==
              static_cast<uint64_t>(rtl.cycles));
      saturations += work.saturations;
      values += work.x.size() * static_cast<size_t>(lanes);
      wait_in += counter(rtl, "wait_in");
      wait_out += counter(rtl, "wait_out");
    }
  // Some outputs clamp, most do not.
  CHECK(saturations > 100);
  CHECK(saturations < values / 2);
  CHECK(wait_in > 100);
  CHECK(wait_out > 100);
}

}  // namespace

TEST_CASE("rms_norm systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  SECTION("4 lanes, 64 beats") { compare_random_norm_runs<Vrms_norm_4>(4, 64, 4, 16, 10000); }
  SECTION("1 lane, 16 beats, shallow queues") { compare_random_norm_runs<Vrms_norm_1>(1, 16, 2, 2, 10100); }
}

TEST_CASE("rms_norm rtl takes a beat per cycle over rows without a gap, commands back to back",
          "[block][rtl]") {
  constexpr int lanes = 4, row_beats = 64, latency = 7 + 2;
  const unsigned seed = 10200;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  // From (scale_depth - 1) * beats >= latency to beats + latency <= row_beats.
  for (const int beats : {3, 4, 13, 55}) {
    norm_workload work{lanes, row_beats, {}, {}, {}, {}};
    for (int i = 0; i < 3; ++i) append_command(work, {10, beats, 1, 5}, beats * lanes, random);
    const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
    const stream_trace rtl = norm_rtl_trace<Vrms_norm_4>(stimulus);
    CAPTURE(beats);
    CHECK(counter(rtl, "wait_out") == 0);
    CHECK(counter(rtl, "wait_in") == 0);
    // First beat accepted in cycle 1.
    CHECK(rtl.outputs[0].seen.front() == 1 + (beats - 1) + latency + 5);
    CHECK(rtl.cycles == 1 + 30 * beats + (beats - 1) + latency + 5);
    REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 4, 16, 0)) == "");
    REQUIRE(rtl.outputs[0].entries == work.y);
  }
}

TEST_CASE("rms_norm rtl waits beyond the bounds of full throughput", "[block][rtl]") {
  constexpr int lanes = 4, row_beats = 64;
  const unsigned seed = 10300;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const int beats : {2, 56, 64}) {
    norm_workload work{lanes, row_beats, {}, {}, {}, {}};
    append_command(work, {10, beats, 1, 5}, beats * lanes, random);
    const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
    const stream_trace rtl = norm_rtl_trace<Vrms_norm_4>(stimulus);
    CAPTURE(beats);
    CHECK(counter(rtl, "wait_out") > 0);
    REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 4, 16, 0)) == "");
    REQUIRE(rtl.outputs[0].entries == work.y);
  }
}

}  // namespace scansim::test
