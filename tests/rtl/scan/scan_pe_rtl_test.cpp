// ssm_scan_pe against hls scan_step: one state, random and corner operands, in every arithmetic
// configuration.
#include <catch2/catch.hpp>
#include <random>

#include "Vscan_pe_16_16_64.h"
#include "Vscan_pe_16_32_64.h"
#include "Vscan_pe_8_16_64.h"
#include "Vscan_pe_8_16_8.h"
#include "Vscan_pe_8_24_32.h"
#include "Vscan_pe_8_32_16.h"
#include "hls/scan/scan_serial.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {
template <class Module, class Operand, class State, class Wide>
void compare_steps(const hls::widths& w, unsigned seed, int steps) {
  INFO("operand bits " << w.operand_bits << ", state bits " << w.state_bits << ", segments " << w.exp_segments
                       << ", seed " << seed);
  std::mt19937_64 random(seed);
  const hls::scan_constants constants(w);
  Module dut;
  dut.enable_i = 0x7f;
  uint64_t saturated = 0;
  for (int i = 0; i < steps; ++i) {
    const auto draw = [&](int bits) {
      const int64_t hi = (int64_t{1} << (bits - 1)) - 1;
      if (random() % 8 == 0) return random() & 1 ? hi : -hi - 1;
      return (test::from_port(random(), 64) >> (64 - bits)) >> (random() % static_cast<unsigned>(bits));
    };
    const auto a = static_cast<Operand>(draw(w.operand_bits)), b = static_cast<Operand>(draw(w.operand_bits));
    const auto c = static_cast<Operand>(draw(w.operand_bits));
    const auto dt2 = static_cast<uint32_t>((random() & 0xffffff) >> (random() % 24));
    const auto du = static_cast<int32_t>(draw(w.du_bits()));
    auto h = static_cast<State>(draw(w.state_bits));
    const bool use_slot = random() & 1;
    const auto slot = static_cast<uint8_t>(random() % 8);

    // Put h into the slot first when it is to come from there: two steps with a = b = 0 keep a loaded state.
    dut.slot_we_i = 0;
    dut.slot_read_i = slot;
    dut.slot_write_i = slot;
    if (use_slot) {
      dut.dt2_i = 0;
      dut.a_i = 0;
      dut.du_i = 0;
      dut.b_i = 0;
      dut.use_slot_i = 0;
      test::set_port(dut.loaded_i, h, w.state_bits);
      for (int cycle = 0; cycle < 5; ++cycle) test::tick(dut);
      dut.slot_we_i = 1;
      test::tick(dut);
      dut.slot_we_i = 0;
    }
    dut.dt2_i = dt2;
    test::set_port(dut.a_i, a, w.operand_bits);
    test::set_port(dut.b_i, b, w.operand_bits);
    test::set_port(dut.c_i, c, w.operand_bits);
    test::set_port(dut.du_i, du, w.du_bits());
    dut.use_slot_i = use_slot;
    test::set_port(dut.loaded_i, use_slot ? 0 : h, w.state_bits);
    for (int cycle = 0; cycle < 5; ++cycle) test::tick(dut);  // cycle 5: the new state
    CAPTURE(int64_t{a}, int64_t{b}, int64_t{c}, dt2, du, int64_t{h}, use_slot);
    uint64_t clipped = 0;
    const auto product = static_cast<int64_t>(
        hls::scan_step<Operand, State, Wide>(1, dt2, du, &a, &b, &c, &h, constants, clipped));
    REQUIRE(test::from_port(dut.state_o, w.state_bits) == h);
    REQUIRE(dut.saturated_o == clipped);
    test::tick(dut);
    test::tick(dut);
    REQUIRE(test::from_port(dut.product_o, w.operand_bits + w.state_bits) == product);
    saturated += clipped;
  }
  CHECK(saturated > 0);
}
}  // namespace

TEST_CASE("scan_serial rtl step equals hls at 8-bit operands and 16-bit state", "[leaf][rtl]") {
  compare_steps<Vscan_pe_8_16_64, int8_t, int16_t, int32_t>({8, 16, 16, 64}, 7010, 100000);
  compare_steps<Vscan_pe_8_16_8, int8_t, int16_t, int32_t>({8, 16, 16, 8}, 7011, 50000);
}

TEST_CASE("scan_serial rtl step equals hls at wider states", "[leaf][rtl]") {
  compare_steps<Vscan_pe_8_24_32, int8_t, int32_t, int64_t>({8, 24, 16, 32}, 7012, 50000);
  compare_steps<Vscan_pe_8_32_16, int8_t, int32_t, int64_t>({8, 32, 16, 16}, 7013, 50000);
}

TEST_CASE("scan_serial rtl step equals hls at 16-bit operands", "[leaf][rtl]") {
  compare_steps<Vscan_pe_16_16_64, int16_t, int16_t, int64_t>({16, 16, 16, 64}, 7014, 50000);
  compare_steps<Vscan_pe_16_32_64, int16_t, int32_t, int64_t>({16, 32, 16, 64}, 7015, 50000);
}
