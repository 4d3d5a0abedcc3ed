// Leaf modules of rms_norm against hls: the scale of a row, one output value.
#include <catch2/catch.hpp>
#include <random>

#include "Vrms_norm_lane.h"
#include "Vrms_norm_scale.h"
#include "hls/units/rms_norm.h"
#include "tests/support/clocked.h"

namespace scansim::test {
namespace {

class scale_stream {
 public:
  void feed(uint64_t q, int shift) {
    constexpr size_t latency = 4;
    const hls::norm_scale scale = hls::rms_norm_scale(q);
    expected_.push_back({scale.r, hls::rms_norm_shift(shift, scale.k)});
    dut_.q_i = q;
    set_port(dut_.shift_i, shift, 7);
    tick(dut_);
    if (expected_.size() < latency) return;
    const auto [r, amount] = expected_[expected_.size() - latency];
    CAPTURE(expected_.size());
    REQUIRE(static_cast<int32_t>(dut_.r_o) == r);
    REQUIRE(dut_.amount_o == amount);
  }

 private:
  Vrms_norm_scale dut_;
  std::vector<std::pair<int32_t, int>> expected_;
};

}  // namespace

TEST_CASE("rms_norm_scale rtl equals hls for every mantissa at both ends of the exponent", "[leaf][rtl]") {
  scale_stream stream;
  for (uint64_t m = 1 << 16; m < 1 << 18; ++m) {
    stream.feed(m << 30, 0);
    stream.feed(m >> 16, 20);
  }
}

TEST_CASE("rms_norm_scale rtl equals hls for random sums of every size and every shift", "[leaf][rtl]") {
  const unsigned seed = 10001;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  scale_stream stream;
  for (int i = 0; i < 300000; ++i) {
    const uint64_t q = (random() >> 16) >> random() % 48;
    stream.feed(q == 0 ? 1 : q, static_cast<int>(random() % 128) - 64);
  }
}

TEST_CASE("rms_norm_lane rtl equals hls for every shift, one result per cycle", "[leaf][rtl]") {
  constexpr size_t latency = 3;
  const unsigned seed = 10002;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto operand = [&] {
    const uint64_t draw = random();
    return draw % 8 == 0 ? int16_t{-32768}
                         : static_cast<int16_t>(static_cast<int16_t>(draw >> 8) >> (draw >> 32) % 16);
  };
  Vrms_norm_lane dut;
  std::vector<std::pair<int8_t, bool>> expected;
  uint64_t clamps = 0, inside = 0;
  for (int i = 0; i < 400000; ++i) {
    const int16_t x = operand(), w = operand();
    const auto r = static_cast<int32_t>(random() % (1 << 17));
    const auto amount = static_cast<int>(random() % 63);
    bool clipped = false;
    const int8_t y = hls::rms_norm_value(x, w, r, amount, clipped);
    expected.emplace_back(y, clipped);
    clamps += clipped;
    inside += !clipped && y != 0;
    dut.x_i = static_cast<uint16_t>(x);
    dut.w_i = static_cast<uint16_t>(w);
    dut.r_i = static_cast<uint32_t>(r);
    dut.amount_i = static_cast<uint8_t>(amount);
    tick(dut);
    if (expected.size() < latency) continue;
    const auto [want, saturated] = expected[expected.size() - latency];
    CAPTURE(i);
    REQUIRE(static_cast<int8_t>(dut.y_o) == want);
    REQUIRE((dut.sat_o != 0) == saturated);
  }
  CHECK(clamps > 1000);
  CHECK(inside > 1000);
}

}  // namespace scansim::test
