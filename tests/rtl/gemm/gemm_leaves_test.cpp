// Leaf modules of gemm_nm against hls and their formulas: finish, lane, spread, sigmoid.
#include <catch2/catch.hpp>
#include <random>

#include "Vgemm_finish.h"
#include "Vgemm_lane.h"
#include "Vgemm_spread.h"
#include "Vsigmoid_pwl.h"
#include "hls/gemm/gemm_nm.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {
constexpr int finish_latency = 5;

int32_t random_sum(std::mt19937_64& random) {
  const uint64_t draw = random();
  if (draw % 16 == 0) return draw & 16 ? INT32_MAX : INT32_MIN;
  return static_cast<int32_t>(random()) >> (draw >> 8) % 32;
}
}  // namespace

TEST_CASE("gemm_finish rtl equals hls for every epilogue, one result per cycle", "[leaf][rtl]") {
  const unsigned seed = 9001;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vgemm_finish dut;
  dut.enable_i = (1 << 5) - 1;
  struct expected {
    int32_t y;
    uint64_t saturated;
  };
  std::vector<expected> in_flight;
  uint64_t marks[4] = {}, calls[4] = {};
  for (int i = 0; i < 400000; ++i) {
    const auto kind = random() % 4;
    const int32_t acc = random_sum(random), bias = random_sum(random);
    const auto residual = static_cast<int16_t>(random());
    hls::gemm_channel channel;
    channel.shift = static_cast<uint8_t>(random() % 32);
    channel.align = static_cast<uint8_t>(random() % 64);
    hls::gemm_epilogue epilogue;
    epilogue.kind = static_cast<hls::gemm_epilogue_kind>(kind);
    epilogue.output_bits = random() % 2 ? 16 : 8;
    epilogue.shift_out = static_cast<uint8_t>(random() % 32);
    hls::unit_saturations sat;
    const int32_t y = hls::gemm_finish(acc, bias, channel, epilogue, residual, sat);
    in_flight.push_back({y, sat.requantise});
    marks[kind] += sat.requantise;
    ++calls[kind];

    write_port(
        dut.finish_i,
        entry_writer().put(epilogue.output_bits == 16, 1).put(epilogue.shift_out, 5).put(kind, 2).words());
    write_port(dut.param_i, entry_writer()
                                .put(static_cast<uint32_t>(bias), 32)
                                .put(channel.shift, 5)
                                .put(channel.align, 6)
                                .words());
    dut.acc_i = static_cast<uint32_t>(acc);
    dut.residual_i = static_cast<uint16_t>(residual);
    tick(dut);
    if (in_flight.size() < finish_latency) continue;
    const expected& want = in_flight[in_flight.size() - finish_latency];
    CAPTURE(i);
    REQUIRE(static_cast<int32_t>(dut.y_o) == want.y);
    REQUIRE(dut.sat_o == want.saturated);
  }
  for (int kind = 0; kind < 4; ++kind) {
    CHECK(marks[kind] > 1000);
    CHECK(marks[kind] + 1000 < calls[kind]);
  }
}

TEST_CASE("gemm_lane rtl accumulates what dot_nm computes", "[leaf][rtl]") {
  constexpr int depth = 16, m = 16, latency = 7;
  const unsigned seed = 9002;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vgemm_lane dut;
  dut.enable_i = 0;
  int32_t want = 0;
  for (int i = 0; i < 3000; ++i) {
    int8_t x[depth * m], values[depth];
    uint8_t positions[depth];
    entry_writer candidates, value_bits, position_bits;
    const uint64_t mode = random() % 8;
    for (int8_t& value : x) {
      value = mode == 0 ? -128 : static_cast<int8_t>(random());
      candidates.put(static_cast<uint8_t>(value), 8);
    }
    const auto used = static_cast<uint16_t>(mode <= 1 ? 0xffff : random());
    for (int s = 0; s < depth; ++s) {
      values[s] = mode == 0 ? -128 : static_cast<int8_t>(random());
      positions[s] = static_cast<uint8_t>(random() % m);
      value_bits.put(static_cast<uint8_t>(values[s]), 8);
      position_bits.put(positions[s], 4);
      if (!(used >> s & 1)) values[s] = 0;
    }
    write_port(dut.candidates_i, candidates.words());
    write_port(dut.values_i, value_bits.words());
    write_port(dut.positions_i, position_bits.words());
    dut.used_i = used;
    for (int cycle = 0; cycle < latency - 1; ++cycle) tick(dut);
    const bool first = random() % 4 == 0 || i == 0;
    dut.enable_i = 1;
    dut.first_i = first;
    tick(dut);
    dut.enable_i = 0;
    want = (first ? 0 : want) + hls::dot_nm(x, values, positions, depth, 1, m);
    CAPTURE(i, first);
    REQUIRE(static_cast<int32_t>(dut.acc_o) == want);
  }
}

TEST_CASE("gemm_spread rtl puts x[g*M + c] before slot s for every group count and M", "[leaf][rtl]") {
  constexpr int depth = 16, window = 64, candidates = 16;
  const unsigned seed = 9003;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vgemm_spread dut;
  for (int log2_m = 2; log2_m <= 4; ++log2_m)
    for (int log2_groups = 0; log2_groups <= 4; ++log2_groups)
      for (const bool dense : {false, true}) {
        const int m = 1 << log2_m, groups = 1 << log2_groups;
        entry_words x;
        for (int i = 0; i < window / 4; ++i) x.push_back(static_cast<uint32_t>(random()));
        write_port(dut.x_i, x);
        dut.log2_m_i = static_cast<uint8_t>(log2_m - 2);
        dut.log2_gb_i = static_cast<uint8_t>(log2_groups);
        dut.dense_i = dense;
        dut.eval();
        const entry_words out = read_port(dut.candidates_o);
        entry_reader reader(out);
        for (int s = 0; s < depth; ++s)
          for (int c = 0; c < candidates; ++c) {
            const int k = s % groups * m + (dense ? s / groups : c) % m;
            const uint64_t got = reader.take(8);
            if (groups * m > window) continue;
            CAPTURE(m, groups, dense, s, c);
            REQUIRE(got == (x[static_cast<size_t>(k / 4)] >> k % 4 * 8 & 0xff));
          }
      }
}

TEST_CASE("sigmoid_pwl rtl equals hls for every argument", "[leaf][rtl]") {
  Vsigmoid_pwl dut;
  dut.enable_i = 0b11;
  for (int32_t x = -(1 << 16); x < 1 << 16; ++x) {
    set_port(dut.x_i, x, hls::x_bits);
    tick(dut);
    tick(dut);
    CAPTURE(x);
    REQUIRE(static_cast<int32_t>(dut.sigmoid_o) == hls::sigmoid_pwl(x));
  }
}

}  // namespace scansim::test
