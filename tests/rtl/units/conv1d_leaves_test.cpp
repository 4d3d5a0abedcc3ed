// Leaf modules of conv1d_silu: the lane against hls, the state memory against an array.
#include <catch2/catch.hpp>
#include <random>

#include "Vconv1d_lane.h"
#include "Vconv1d_state.h"
#include "hls/units/conv1d_silu.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

int8_t random_byte(std::mt19937_64& random) {
  const uint64_t draw = random();
  return draw % 4 == 0 ? -128 : static_cast<int8_t>(draw >> 8);
}

}  // namespace

TEST_CASE("conv1d_lane rtl equals hls for every width, one result per cycle", "[leaf][rtl]") {
  constexpr int latency = 7;
  const unsigned seed = 9801;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vconv1d_lane dut;
  dut.enable_i = (1 << latency) - 1;
  struct expected {
    int32_t u;
    uint64_t saturated;
  };
  std::vector<expected> in_flight;
  uint64_t marks[2] = {}, inexact = 0;
  for (int i = 0; i < 400000; ++i) {
    const int width = 2 + static_cast<int>(random() % 3);
    const bool silu = random() % 2;
    const int shift_out = static_cast<int>(random() % 4 ? 4 + random() % 6 : random() % 32);
    int8_t taps[hls::max_conv_width], w[hls::max_conv_width];  // by age
    for (int a = 0; a < hls::max_conv_width; ++a) taps[a] = random_byte(random), w[a] = random_byte(random);
    const auto bias = static_cast<int32_t>(random()) >> random() % 32;
    const hls::gemm_channel channel{static_cast<uint8_t>(random() % 32), static_cast<uint8_t>(random() % 64)};
    int8_t oldest_first[hls::max_conv_width], w_oldest_first[hls::max_conv_width];
    for (int j = 0; j < width; ++j) {
      oldest_first[j] = taps[width - 1 - j];
      w_oldest_first[j] = w[width - 1 - j];
    }
    hls::unit_saturations sat;
    const int32_t u =
        hls::conv1d_silu(oldest_first, w_oldest_first, width, bias, channel, silu, shift_out, sat);
    in_flight.push_back({u, sat.conv});
    marks[silu] += sat.conv;
    inexact += u != 0 && u != 127 && u != -128;

    entry_writer tap_words, param_words;
    for (const int8_t tap : taps) tap_words.put(static_cast<uint8_t>(tap), 8);
    for (const int8_t value : w) param_words.put(static_cast<uint8_t>(value), 8);
    param_words.put(static_cast<uint32_t>(bias), 32).put(channel.shift, 5).put(channel.align, 6);
    write_port(dut.taps_i, tap_words.words());
    write_port(dut.param_i, param_words.words());
    dut.silu_i = silu;
    dut.shift_out_i = static_cast<uint8_t>(shift_out);
    dut.width_i = static_cast<uint8_t>(width - 1);
    tick(dut);
    if (in_flight.size() < latency) continue;
    const expected& want = in_flight[in_flight.size() - latency];
    CAPTURE(i);
    REQUIRE(static_cast<int8_t>(dut.u_o) == want.u);
    REQUIRE(dut.sat_o == want.saturated);
  }
  CHECK(marks[0] > 1000);
  CHECK(marks[1] > 1000);
  CHECK(inexact > 50000);
}

TEST_CASE("conv1d_state rtl keeps the last inputs of every group in any order of groups", "[leaf][rtl]") {
  constexpr int lanes = 2, groups = 5, bytes = 3;
  const unsigned seed = 9802;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vconv1d_state dut;
  dut.rst_ni = 0;
  tick(dut);
  dut.rst_ni = 1;
  int8_t memory[groups][lanes][bytes] = {};
  bool filled[groups] = {};
  for (int i = 0; i < 200000; ++i) {
    const auto group = static_cast<int>(random() % 4 ? random() % groups : 0);  // often the same twice
    const bool accept = random() % 8 != 0, first = !filled[group] || random() % 16 == 0,
               has_state = random() % 2, last = random() % 16 == 0;
    const int width = 1 + static_cast<int>(random() % 3);
    entry_writer x, given, taps, state;
    int8_t start[lanes][bytes], next[lanes][bytes];
    for (int lane = 0; lane < lanes; ++lane) {
      const int8_t newest = random_byte(random);
      x.put(static_cast<uint8_t>(newest), 8);
      taps.put(static_cast<uint8_t>(newest), 8);
      for (int b = 0; b < bytes; ++b) {
        const int8_t offered = random_byte(random);
        given.put(static_cast<uint8_t>(offered), 8);
        start[lane][b] = first ? (has_state ? offered : int8_t{0}) : memory[group][lane][b];
        taps.put(static_cast<uint8_t>(start[lane][b]), 8);
        next[lane][b] = b == 0 ? newest : start[lane][b - 1];
        state.put(static_cast<uint8_t>(b < width ? next[lane][b] : 0), 8);
      }
    }
    dut.accept_i = accept;
    dut.first_i = first;
    dut.last_i = last;
    dut.has_state_i = has_state;
    dut.width_i = static_cast<uint8_t>(width);
    dut.group_i = static_cast<uint8_t>(group);
    write_port(dut.x_i, x.words());
    write_port(dut.state_i, given.words());
    tick(dut);
    if (!accept) continue;
    CAPTURE(i, group, first);
    REQUIRE(read_port(dut.taps_o) == taps.words());
    REQUIRE(read_port(dut.state_o) == state.words());
    if (!last) std::copy_n(&next[0][0], lanes * bytes, &memory[group][0][0]);
    if (!last) filled[group] = true;
  }
}

}  // namespace scansim::test
