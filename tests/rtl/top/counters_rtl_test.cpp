// ssm_counters: every counter counts its own increments, time only while the machine runs; 32 bits of any of
// them at a time, in any cycle.
#include <catch2/catch.hpp>
#include <random>

#include "Vssm_counters.h"
#include "hls/map/depth_map.h"
#include "hls/map/machine_map.h"
#include "tests/support/clocked.h"
#include "tests/support/stream_contract_rtl.h"

using namespace scansim;

namespace {

uint32_t word(Vssm_counters& dut, uint32_t index) {
  dut.word_i = static_cast<uint16_t>(index);
  dut.eval();
  return dut.word_o;
}

void clear(Vssm_counters& dut) {
  dut.clear_i = 1;
  test::tick(dut);
  dut.clear_i = 0;
}

// One cycle, in which each counter gains so much.
void count(Vssm_counters& dut, const std::vector<uint64_t>& gains) {
  test::entry_writer increments;
  for (const uint64_t gain : gains) increments.put(gain, inc_bits);
  test::write_port(dut.inc_i, increments.words());
  test::tick(dut);
}

}  // namespace

TEST_CASE("counters rtl count apart from one another, time while the machine runs", "[block][rtl]") {
  Vssm_counters dut;
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  const unsigned seed = 77;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3; ++round) {
    clear(dut);
    std::vector<uint64_t> want(num_counters);
    for (int cycle = 0; cycle < 50; ++cycle) {
      dut.run_i = random() % 2;
      std::vector<uint64_t> gains;
      for (size_t i = 0; i < num_counters; ++i) {
        const bool time = class_of_counter(i) == counter_class::time;
        gains.push_back(time ? random() % 2 : random() % (uint64_t{1} << inc_bits));
        if (!time || dut.run_i) want[i] += gains.back();
      }
      count(dut, gains);
    }
    for (uint32_t i = 0; i < num_counters; ++i) {
      CAPTURE(round, i);
      REQUIRE(word(dut, 2 * i) == static_cast<uint32_t>(want[i]));
      REQUIRE(word(dut, 2 * i + 1) == static_cast<uint32_t>(want[i] >> 32));
    }
  }
  CHECK(word(dut, 2 * num_counters) == 0);
  CHECK(word(dut, 0x3ff) == 0);
}

TEST_CASE("counters rtl carry into their high word", "[block][rtl]") {
  Vssm_counters dut;
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  dut.run_i = 1;
  clear(dut);
  constexpr uint64_t most = (uint64_t{1} << inc_bits) - 1, cycles = (uint64_t{1} << (33 - inc_bits)) + 5;
  for (uint64_t cycle = 0; cycle < cycles; ++cycle) count(dut, std::vector<uint64_t>(num_counters, most));
  for (uint32_t i = 0; i < num_counters; ++i) {
    CAPTURE(i);
    const uint64_t want = class_of_counter(i) == counter_class::time ? cycles : most * cycles;
    REQUIRE(word(dut, 2 * i) == static_cast<uint32_t>(want));
    REQUIRE(word(dut, 2 * i + 1) == static_cast<uint32_t>(want >> 32));
  }
}

TEST_CASE("counters rtl read right in every cycle, whatever carries wait and whenever they are cleared",
          "[block][rtl]") {
  const unsigned seed = 78;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vssm_counters dut;
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  clear(dut);
  constexpr uint64_t most = (uint64_t{1} << inc_bits) - 1;
  std::vector<uint64_t> want(num_counters), gains(num_counters);
  uint64_t carried = 0;
  for (int cycle = 0; cycle < 30000; ++cycle) {
    dut.run_i = cycle / 1000 % 3 != 0;
    dut.clear_i = random() % 2500 == 0;
    for (size_t i = 0; i < num_counters; ++i) {
      const bool time = class_of_counter(i) == counter_class::time;
      gains[i] = time ? 1 : random() % 8 == 0 ? random() % (most + 1) : most;
      if (!time || dut.run_i) want[i] += gains[i];
      if (dut.clear_i) want[i] = 0;
      carried += want[i] >> 32 != 0;
    }
    count(dut, gains);
    dut.clear_i = 0;
    for (int reads = 0; reads < 4; ++reads) {
      const auto i = static_cast<uint32_t>(random() % num_counters);
      CAPTURE(cycle, i);
      REQUIRE(word(dut, 2 * i) == static_cast<uint32_t>(want[i]));
      REQUIRE(word(dut, 2 * i + 1) == static_cast<uint32_t>(want[i] >> 32));
    }
  }
  CHECK(carried > 0);
}
