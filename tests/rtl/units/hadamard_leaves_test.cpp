// Leaf modules of hadamard_fwht against hls: butterflies of a beat, a delay stage, the base matrix,
// requantising.
#include <catch2/catch.hpp>
#include <random>

#include "Vhadamard_base.h"
#include "Vhadamard_beat.h"
#include "Vhadamard_delay.h"
#include "Vhadamard_requantise.h"
#include "hls/units/hadamard_fwht.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

int32_t random_signed(int bits, std::mt19937_64& random) {
  const uint64_t draw = random();
  if (draw % 16 == 0) return -(1 << (bits - 1));
  if (draw % 16 == 1) return (1 << (bits - 1)) - 1;
  return static_cast<int32_t>(static_cast<int64_t>(random()) >> (64 - bits));
}

entry_words packed(const std::vector<int32_t>& values, int bits) {
  entry_writer writer;
  for (const int32_t value : values) writer.put(static_cast<uint64_t>(int64_t{value}), bits);
  return writer.words();
}

std::vector<int32_t> unpacked(const entry_words& words, size_t count, int bits) {
  entry_reader reader(words);
  std::vector<int32_t> values(count);
  for (int32_t& value : values) value = static_cast<int32_t>(reader.take_signed(bits));
  return values;
}

}  // namespace

TEST_CASE("hadamard_beat rtl equals hls butterflies or passes, one beat per cycle", "[leaf][rtl]") {
  const unsigned seed = 9901;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr size_t lanes = 8, registers = 2;
  Vhadamard_beat dut;
  std::vector<std::vector<int32_t>> in_flight;
  for (size_t i = 0; i < 50000; ++i) {
    std::vector<int32_t> v(lanes);
    for (int32_t& value : v) value = random_signed(22, random);
    write_port(dut.data_i, packed(v, 22));
    dut.pass_i = random() % 2;
    if (!dut.pass_i) hls::hadamard_butterflies(v.data(), lanes, 3);
    in_flight.push_back(v);
    tick(dut);
    if (i + 1 < registers) continue;
    CAPTURE(i);
    REQUIRE(unpacked(read_port(dut.data_o), lanes, 25) == in_flight[i + 1 - registers]);
  }
}

TEST_CASE("hadamard_delay rtl equals one level of hls butterflies, and passes beats of short blocks",
          "[leaf][rtl]") {
  const unsigned seed = 9902;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int lanes = 2, delay = 4, blocks = 500;
  for (const int log2_beats : {2, 3})
    for (const pace in : every_pace)
      for (const pace out : every_pace) {
        std::vector<entry_words> beats, expected;
        for (int block = 0; block < blocks; ++block) {
          int32_t v[2 * delay][lanes];
          for (auto& beat : v)
            for (int32_t& value : beat) value = random_signed(25, random);
          for (const auto& beat : v) beats.push_back(packed({beat[0], beat[1]}, 25));
          if (log2_beats == 3)
            for (int lane = 0; lane < lanes; ++lane)
              for (int i = 0; i < delay; ++i) {
                int32_t pair[2] = {v[i][lane], v[delay + i][lane]};
                hls::hadamard_butterflies(pair, 2, 1);
                v[i][lane] = pair[0];
                v[delay + i][lane] = pair[1];
              }
          for (const auto& beat : v) expected.push_back(packed({beat[0], beat[1]}, 26));
        }
        const stream_stimulus stimulus{{{"x", 4, beats, arrivals(in, beats.size(), random)}},
                                       {{"y", expected.size(), pop_delays(out, expected.size(), random)}}};
        Vhadamard_delay dut;
        dut.side_i = static_cast<uint16_t>(log2_beats << 6);
        rtl_side side(dut, stimulus);
        side.input(dut.valid_i, dut.data_i, dut.pop_o);
        side.output(dut.valid_o, dut.data_o, dut.pop_i);
        CAPTURE(log2_beats);
        REQUIRE(side.run().outputs[0].entries == expected);
      }
}

TEST_CASE("hadamard_base rtl equals hls across the blocks for every order", "[leaf][rtl]") {
  const unsigned seed = 9903;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int lanes = 2, banks = 4, log2_beats = 1, beats = 2, log2 = log2_beats + 1;
  Vhadamard_base dut;
  for (int run = 0; run < 40; ++run)
    for (const int m : {12, 20, 28, 40}) {
      const bool slot = random() % 2;
      std::vector<int32_t> v(static_cast<size_t>(m) << log2);
      for (int32_t& value : v) value = random_signed(16, random);
      dut.step_i = 0;
      dut.single_i = 0;
      dut.load_slot_i = dut.read_slot_i = slot;
      for (int a = 0; a < m; ++a)
        for (int beat = 0; beat < beats; ++beat) {
          const size_t first = static_cast<size_t>((a << log2) + beat * lanes);
          write_port(dut.x_i, packed({v[first], v[first + 1]}, 16));
          dut.load_i = static_cast<uint8_t>(1 << a % banks);
          dut.load_addr_i = static_cast<uint8_t>((a / banks << log2_beats) + beat);
          tick(dut);
        }
      dut.load_i = 0;
      hls::hadamard_across(v.data(), m, log2);
      for (int row = 0; row < m; ++row)
        for (int beat = 0; beat < beats; ++beat) {
          const uint64_t signs = hls::hadamard_of_order(m).negative[row];
          for (int group = 0; group < m / banks; ++group) {
            dut.step_i = 1;
            dut.first_i = group == 0;
            dut.read_addr_i = static_cast<uint8_t>((group << log2_beats) + beat);
            dut.negative_i = static_cast<uint8_t>(signs >> banks * group & 15u);
            tick(dut);
          }
          dut.step_i = 0;
          tick(dut);
          tick(dut);
          const size_t first = static_cast<size_t>((row << log2) + beat * lanes);
          CAPTURE(m, row, beat);
          REQUIRE(unpacked(read_port(dut.acc_o), lanes, 22) == std::vector<int32_t>{v[first], v[first + 1]});
        }
    }
}

TEST_CASE("hadamard_requantise rtl equals hls for every shift and both widths", "[leaf][rtl]") {
  const unsigned seed = 9904;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr size_t lanes = 3;
  Vhadamard_requantise dut;
  for (int i = 0; i < 200000; ++i) {
    const int shift = static_cast<int>(random() % 32), bits = random() % 2 ? 16 : 8;
    std::vector<int32_t> v(lanes), y(lanes);
    hls::unit_saturations sat;
    for (size_t lane = 0; lane < lanes; ++lane) {
      v[lane] = random_signed(1 + static_cast<int>(random() % 29), random);
      y[lane] = hls::requantise(v[lane], shift, bits, sat);
    }
    write_port(dut.data_i, packed(v, 29));
    dut.shift_i = static_cast<uint8_t>(shift);
    dut.wide_i = bits == 16;
    dut.eval();
    CAPTURE(v, shift, bits);
    REQUIRE(unpacked(read_port(dut.data_o), lanes, 16) == y);
    REQUIRE(dut.saturations_o == sat.requantise);
  }
}

}  // namespace scansim::test
