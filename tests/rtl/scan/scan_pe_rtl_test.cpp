// ssm_scan_pe against hls scan_step: one state, random and corner operands, in every arithmetic
// configuration.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "Vscan_pe_16_16_64.h"
#include "Vscan_pe_16_32_64.h"
#include "Vscan_pe_8_16_64.h"
#include "Vscan_pe_8_16_8.h"
#include "Vscan_pe_8_24_32.h"
#include "Vscan_pe_8_32_16.h"
#include "Vscan_pe_fabric.h"
#include "hls/scan/scan_serial.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {
template <class Module, class Operand, class State, class Wide>
void compare_steps(const hls::widths& w, unsigned seed, int steps) {
  INFO("operand bits " << w.operand_bits << ", state bits " << w.state_bits << ", segments " << w.exp_segments
                       << ", seed " << seed);
  std::mt19937_64 random(seed);
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
    const auto align = static_cast<uint8_t>(random() % 4);
    const hls::scan_constants constants(w, align);
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
    dut.align_i = align;
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

// Another step in every cycle, gaps between them: an operand that meets the neighbour's shows.
template <class Module, class Operand, class State, class Wide>
void compare_stream(const hls::widths& w, unsigned seed, int cycles) {
  INFO("operand bits " << w.operand_bits << ", state bits " << w.state_bits << ", segments " << w.exp_segments
                       << ", seed " << seed);
  struct step {
    bool there = false, use_slot = false;
    Operand a = 0, b = 0, c = 0;
    uint32_t dt2 = 0;
    int32_t du = 0;
    State loaded = 0, state = 0;
    uint8_t read = 0, write = 0, align = 0;
    uint64_t clipped = 0;
    int64_t product = 0;
  };
  std::mt19937_64 random(seed);
  Module dut;
  State slots[8] = {};
  for (uint8_t slot = 0; slot < 8; ++slot) {  // zero in each: a step on nothing
    dut.enable_i = 0x7f;
    for (int cycle = 0; cycle < 6; ++cycle) test::tick(dut);
    dut.slot_write_i = slot, dut.slot_we_i = 1;
    test::tick(dut);
    dut.slot_we_i = 0;
  }
  std::vector<step> steps(6);  // those before the first: gaps
  const auto ago = [&](size_t cycle) -> step& { return steps[steps.size() - 1 - cycle]; };
  for (int i = 0; i < cycles; ++i) {
    const auto draw = [&](int bits) {
      return (test::from_port(random(), 64) >> (64 - bits)) >> (random() % static_cast<unsigned>(bits));
    };
    step& now = steps.emplace_back();
    now.there = random() % 4 != 0;
    now.use_slot = random() & 1;
    now.a = static_cast<Operand>(draw(w.operand_bits)), now.b = static_cast<Operand>(draw(w.operand_bits));
    now.c = static_cast<Operand>(draw(w.operand_bits));
    now.dt2 = static_cast<uint32_t>((random() & 0xffffff) >> (random() % 24));
    now.du = static_cast<int32_t>(draw(w.du_bits()));
    now.loaded = static_cast<State>(draw(w.state_bits));
    now.read = random() % 8, now.write = random() % 8, now.align = random() % 4;

    const step &head = ago(0), &last = ago(5), &read_out = ago(6);
    step& middle = ago(4);
    dut.enable_i = 0;
    for (size_t cycle = 0; cycle < 7; ++cycle)
      if (ago(cycle).there) dut.enable_i |= static_cast<uint8_t>(1u << cycle);
    dut.dt2_i = head.dt2;
    dut.align_i = head.align;
    test::set_port(dut.a_i, head.a, w.operand_bits);
    test::set_port(dut.du_i, middle.du, w.du_bits());
    test::set_port(dut.b_i, middle.b, w.operand_bits);
    test::set_port(dut.loaded_i, middle.loaded, w.state_bits);
    dut.use_slot_i = middle.use_slot;
    dut.slot_read_i = middle.read;
    dut.slot_write_i = last.write;
    dut.slot_we_i = last.there;
    test::set_port(dut.c_i, read_out.c, w.operand_bits);
    dut.clk_i = 0;
    dut.eval();
    CAPTURE(i);
    REQUIRE(test::from_port(dut.state_o, w.state_bits) == last.state);  // without a beat 0
    REQUIRE(dut.saturated_o == last.clipped);
    if (middle.there) {
      middle.state = middle.use_slot ? slots[middle.read] : middle.loaded;
      middle.product = static_cast<int64_t>(
          hls::scan_step<Operand, State, Wide>(1, middle.dt2, middle.du, &middle.a, &middle.b, &middle.c,
                                               &middle.state, {w, middle.align}, middle.clipped));
    }
    if (last.there) slots[last.write] = last.state;
    test::tick(dut);
    if (read_out.there)
      REQUIRE(test::from_port(dut.product_o, w.operand_bits + w.state_bits) == read_out.product);
    if (steps.size() > 64) steps.erase(steps.begin(), steps.begin() + 32);
  }
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

TEST_CASE("scan_serial rtl step equals hls, another step in every cycle", "[leaf][rtl]") {
  compare_stream<Vscan_pe_8_16_64, int8_t, int16_t, int32_t>({8, 16, 16, 64}, 7020, 100000);
  compare_stream<Vscan_pe_fabric, int8_t, int16_t, int32_t>({8, 16, 16, 64}, 7023, 100000);
  compare_stream<Vscan_pe_8_24_32, int8_t, int32_t, int64_t>({8, 24, 16, 32}, 7021, 100000);
  compare_stream<Vscan_pe_16_32_64, int16_t, int32_t, int64_t>({16, 32, 16, 64}, 7022, 100000);
}
