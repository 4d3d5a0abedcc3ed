// ssm_scan_lane: states of which some do not live, against hls scan_step of those that do.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "Vssm_scan_lane.h"
#include "hls/scan/scan_serial.h"
#include "tests/support/clocked.h"

using namespace scansim;

namespace {

constexpr int states = 4, levels = 2, acc_bits = 32, read_cycle = 7 + levels;
constexpr hls::widths widths{.operand_bits = 8, .state_bits = 16, .output_bits = 16, .exp_segments = 64};

struct lane_beat {
  bool there = false, use_slot = false;
  unsigned lives = 0;
  uint32_t dt2 = 0;
  int32_t du = 0;
  int8_t a[states] = {}, b[states] = {}, c[states] = {};
  int16_t h[states] = {};  // loaded; behind cycle 5 the new ones
  uint8_t slot = 0;
  int64_t sum = 0;
  uint64_t clipped = 0;

  bool lives_in(int state) const { return there && (lives >> state & 1) != 0; }
};

lane_beat random_beat(std::mt19937_64& random) {
  lane_beat beat;
  beat.there = random() % 4 != 0, beat.use_slot = random() & 1;
  beat.lives = random() % (1 << states);
  beat.dt2 = static_cast<uint32_t>((random() & 0xffffff) >> (random() % 24));
  beat.du = static_cast<int32_t>(random() & 0xffffff) - (1 << 23);
  for (int s = 0; s < states; ++s) {
    beat.a[s] = static_cast<int8_t>(random()), beat.b[s] = static_cast<int8_t>(random());
    beat.c[s] = static_cast<int8_t>(beat.lives >> s & 1 ? random() : 0);
    beat.h[s] = static_cast<int16_t>(random());
  }
  beat.slot = random() % 8;
  return beat;
}

uint32_t row(const int8_t* values) {
  uint32_t word = 0;
  for (int s = 0; s < states; ++s) word |= uint32_t{static_cast<uint8_t>(values[s])} << (8 * s);
  return word;
}
uint64_t row(const int16_t* values) {
  uint64_t word = 0;
  for (int s = 0; s < states; ++s) word |= uint64_t{static_cast<uint16_t>(values[s])} << (16 * s);
  return word;
}

// The beats that are under way: ago(0) enters now.
struct lane_history {
  std::vector<lane_beat> beats{read_cycle + 1};
  lane_beat& ago(int cycle) { return beats[beats.size() - 1 - static_cast<size_t>(cycle)]; }
};

void drive(Vssm_scan_lane& dut, lane_history& history) {
  dut.enable_i = 0, dut.lives_i = 0;
  for (int cycle = 0; cycle < read_cycle; ++cycle)
    if (history.ago(cycle).there) dut.enable_i |= static_cast<uint16_t>(1u << cycle);
  for (int s = 0; s < states; ++s)
    for (int cycle = 0; cycle < 6; ++cycle)
      if (history.ago(cycle).lives_in(s)) dut.lives_i |= 1u << (6 * s + cycle);
  const lane_beat &head = history.ago(0), &middle = history.ago(4), &last = history.ago(5);
  dut.dt2_i = head.dt2, dut.a_i = row(head.a), dut.align_i = 0;
  test::set_port(dut.du_i, head.du, 24);
  dut.b_i = row(middle.b), dut.loaded_i = row(middle.h);
  dut.use_slot_i = middle.use_slot, dut.slot_read_i = middle.slot;
  dut.slot_write_i = last.slot, dut.slot_we_i = last.there;
  dut.c_i = row(history.ago(6).c);
  dut.first_pass_i = 1, dut.acc_en_i = history.ago(read_cycle).there;
  dut.clk_i = 0;
  dut.eval();
}

// What a beat does, in the cycle in which its old states are read; states that do not live end as 0.
void step(lane_beat& beat, const int16_t (&slots)[8][states]) {
  const hls::scan_constants constants(widths, 0);
  for (int s = 0; s < states; ++s) {
    if (beat.use_slot) beat.h[s] = slots[beat.slot][s];
    if (beat.lives_in(s))
      beat.sum += hls::scan_step<int8_t, int16_t, int32_t>(1, beat.dt2, beat.du, beat.a + s, beat.b + s,
                                                           beat.c + s, beat.h + s, constants, beat.clipped);
    else
      beat.h[s] = 0;
  }
}

}  // namespace

TEST_CASE("scan_lane rtl computes the states that live and no others", "[leaf][rtl]") {
  const unsigned seed = 20261201;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Vssm_scan_lane dut;
  lane_history history;
  int16_t slots[8][states] = {};
  int64_t rested = 0;
  for (int i = 0; i < 100000; ++i) {
    CAPTURE(i);
    lane_beat& now = history.beats.emplace_back(random_beat(random));
    if (i < 8) {  // every slot of every state has a value before it is read
      now.there = true, now.use_slot = false, now.lives = (1 << states) - 1;
      now.slot = static_cast<uint8_t>(i);
    } else if (i < 16) {
      now.there = false;
    }
    drive(dut, history);
    const lane_beat &last = history.ago(5), &read_out = history.ago(read_cycle);
    REQUIRE(dut.states_o == (last.there ? row(last.h) : 0));
    REQUIRE(dut.saturated_o == last.clipped);
    if (read_out.there) REQUIRE(test::from_port(dut.acc_o, acc_bits) == read_out.sum);
    step(history.ago(4), slots);
    for (int s = 0; s < states; ++s) {
      if (last.there) slots[last.slot][s] = last.h[s];
      rested += last.there && !last.lives_in(s);
    }
    test::tick(dut);
  }
  CHECK(rested > 10000);
}

TEST_CASE("scan_lane rtl a state that does not live keeps the registers of its decay", "[leaf][rtl]") {
  Vssm_scan_lane dut;
  const hls::scan_constants constants(widths, 0);
  const auto cycle = [&](unsigned enable, unsigned lives, uint32_t dt2, int8_t a, int16_t h) {
    dut.enable_i = static_cast<uint16_t>(enable), dut.lives_i = lives;
    dut.dt2_i = dt2, dut.a_i = static_cast<uint8_t>(a), dut.loaded_i = static_cast<uint16_t>(h);
    test::tick(dut);
  };
  const uint32_t dt2 = 1 << 20;
  for (int i = 0; i < 4; ++i) cycle(1u << i, 1u << i, dt2, -90, 0);  // the decay of a beat
  for (int i = 0; i < 4; ++i) cycle(1u << i, 0, dt2, -3, 0);         // another's, in which it does not live
  cycle(1u << 4, 1u << 4, 0, 0, 20000);
  dut.lives_i = 1u << 5, dut.clk_i = 0;
  dut.eval();
  const int8_t a = -90, none = 0;
  int16_t h = 20000;
  uint64_t clipped = 0;
  hls::scan_step<int8_t, int16_t, int32_t>(1, dt2, 0, &a, &none, &none, &h, constants, clipped);
  CHECK((dut.states_o & 0xffff) == static_cast<uint16_t>(h));
}
