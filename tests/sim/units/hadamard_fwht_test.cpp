// hadamard_fwht: SystemC and RTL by cycle and counter on random commands, values against hls, rate and
// latency.
#include "hls/units/hadamard_fwht.h"

#include <catch2/catch.hpp>

#include "Vhadamard_16x2.h"
#include "Vhadamard_2x1.h"
#include "Vhadamard_8x4.h"
#include "tests/sim/units/hadamard_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

constexpr hadamard_shape shape_8x4{8, 4, 4, 160}, shape_2x1{2, 1, 12, 40}, shape_16x2{16, 2, 1, 80};
constexpr int latency_8x4 = 4 + 3 + 4;

template <class Module>
stream_trace hadamard_rtl_trace(const stream_stimulus& stimulus) {
  Module dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.x_valid_i, dut.x_i, dut.x_pop_o);
  side.output(dut.y_valid_o, dut.y_o, dut.y_pop_i);
  side.counters("hadamard_fwht", dut.inc_o);
  return side.run();
}

template <class Module>
void compare_random_hadamard_runs(const hadamard_shape& shape, int most_bits, int y_depth,
                                  unsigned first_seed) {
  unsigned seed = first_seed;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      hadamard_workload work{shape, {}, {}, {}};
      for (int i = 0; i < 15; ++i)
        append_command(work, random_command(shape, most_bits, random), random_values(random));
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = hadamard_rtl_trace<Module>(stimulus);
      const stream_trace systemc = systemc_trace(work, stimulus, y_depth, seed % 2 ? seed : 0);
      REQUIRE(first_difference(stimulus, rtl, systemc) == "");
      REQUIRE(rtl.outputs[0].entries == work.y);
      REQUIRE(counter(rtl, "saturations") == work.saturations);
    }
}

// Eager rows of one command on the design with 8 lanes.
stream_trace eager_rows(const hadamard_command& command, std::mt19937_64& random) {
  hadamard_workload work{shape_8x4, {}, {}, {}};
  append_command(work, command, random_values(random));
  const stream_trace rtl =
      hadamard_rtl_trace<Vhadamard_8x4>(stimulus_of(work, pace::eager, pace::eager, random));
  REQUIRE(rtl.outputs[0].entries == work.y);
  return rtl;
}

}  // namespace

TEST_CASE("hadamard_fwht systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  SECTION("8 lanes, 4 blocks per step") {
    compare_random_hadamard_runs<Vhadamard_8x4>(shape_8x4, 4, 4, 9800);
  }
  SECTION("2 lanes, 1 block per step") { compare_random_hadamard_runs<Vhadamard_2x1>(shape_2x1, 5, 2, 9820); }
  SECTION("16 lanes, 2 blocks per step") {
    compare_random_hadamard_runs<Vhadamard_16x2>(shape_16x2, 1, 8, 9840);
  }
}

TEST_CASE("hadamard_fwht is exact for the largest rows and values", "[block][rtl]") {
  const unsigned seed = 9860;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  hadamard_workload work{shape_2x1, {}, {}, {}};
  // Row r of the matrix scaled to the extremes: the whole sum meets in one value.
  const auto extremes = [](int row, int index) {
    const int chosen = row == 0 ? 0 : row == 1 ? 8191 : 2741;
    return static_cast<int16_t>(hls::hadamard_element(1, 13, chosen, index) > 0 ? -32768 : 32767);
  };
  append_command(work, {3, 1, 12, 13, 16, false}, extremes);
  append_command(work, {1, 1, 12, 6, 8, false}, random_values(random));
  const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
  const stream_trace rtl = hadamard_rtl_trace<Vhadamard_2x1>(stimulus);
  const stream_trace systemc = systemc_trace(work, stimulus, 2, 0);
  REQUIRE(first_difference(stimulus, rtl, systemc) == "");
  REQUIRE(rtl.outputs[0].entries == work.y);
}

TEST_CASE("hadamard_fwht takes a beat per cycle for m = 1, rows of every length", "[block][rtl]") {
  const unsigned seed = 9870;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int rows = 20;
  for (int log2_beats = 0; log2_beats <= shape_8x4.max_bits; ++log2_beats) {
    const stream_trace rtl = eager_rows({rows, 1, log2_beats, 3, 8, false}, random);
    const int beats = 1 << log2_beats;
    CAPTURE(log2_beats);
    // First x visible in cycle 1; the last beat of the last block leaves beats - 1 after its first.
    CHECK(rtl.cycles == rows * beats + latency_8x4 + beats - 1 + 1);
    CHECK(rtl.outputs[0].seen[0] == beats + latency_8x4);
    CHECK(counter(rtl, "wait_out") == 0);
    CHECK(counter(rtl, "row_write_bits") == 0);
    CHECK(counter(rtl, "add_ops") == static_cast<uint64_t>(rows * beats * 8 * (3 + log2_beats)));
  }
}

TEST_CASE("hadamard_fwht with pass requantises a beat per cycle and counts no adds", "[block][rtl]") {
  const unsigned seed = 9875;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int beats = 50;
  const stream_trace rtl = eager_rows({beats, 1, 0, 5, 8, true}, random);
  CHECK(rtl.cycles == beats + latency_8x4 + 1);
  CHECK(rtl.outputs[0].seen[0] == 1 + latency_8x4);
  CHECK(counter(rtl, "wait_out") == 0);
  CHECK(counter(rtl, "add_ops") == 0);
  CHECK(counter(rtl, "delay_bits") == 0);
  CHECK(counter(rtl, "x_read_bits") == beats * 8 * 16);
  CHECK(counter(rtl, "y_write_bits") == beats * 8 * 8);
}

TEST_CASE("hadamard_fwht with pass takes 65,536 beats in one command", "[block][rtl]") {
  const unsigned seed = 9877;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  hadamard_workload work{shape_2x1, {}, {}, {}};
  append_command(work, {1 << 16, 1, 0, 4, 8, true}, random_values(random));
  append_command(work, {1, 1, 1, 4, 8, false}, random_values(random));
  const stream_stimulus stimulus = stimulus_of(work, pace::eager, pace::eager, random);
  const stream_trace rtl = hadamard_rtl_trace<Vhadamard_2x1>(stimulus);
  REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 2, 0)) == "");
  REQUIRE(rtl.outputs[0].entries == work.y);
}

TEST_CASE("hadamard_fwht takes m / 4 steps per beat for m > 1, loading hidden behind them", "[block][rtl]") {
  const unsigned seed = 9880;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int rows = 3, log2_beats = 2, beats = 1 << log2_beats;
  for (const int m : {12, 20, 28, 40}) {
    const stream_trace rtl = eager_rows({rows, m, log2_beats, 4, 16, false}, random);
    CAPTURE(m);
    const int load = m * beats, interval = m * beats * (m / 4);
    CHECK(rtl.cycles == load + rows * interval + latency_8x4 + beats - 1 + 1);
    CHECK(counter(rtl, "busy") == static_cast<uint64_t>(rows * interval));
    CHECK(counter(rtl, "wait_out") == 0);
    CHECK(counter(rtl, "add_ops") == static_cast<uint64_t>(rows * beats * m * 8 * (3 + log2_beats + m - 1)));
  }
}

}  // namespace scansim::test
