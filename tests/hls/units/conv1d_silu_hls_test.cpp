// conv1d_silu against the double-precision convolution of the same quantised numbers, and its state: a
// sequence cut anywhere gives the same bits.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "hls/units/conv1d_silu.h"
#include "models/ref/conv1d_ref.h"

using namespace scansim;
using namespace scansim::hls;

namespace {

struct conv_case {
  int width = 4, tokens = 64;
  std::vector<int8_t> x, w, state;
  int32_t bias = 0;
  bool silu = true;
  gemm_channel channel;
  int shift_out = 0;
  int frac = 0, frac_y = 0;  // of the accumulator and of the output
};

std::vector<int8_t> random_bytes(std::mt19937& random, int size) {
  std::vector<int8_t> v(static_cast<size_t>(size));
  for (int8_t& e : v) e = static_cast<int8_t>(std::uniform_int_distribution<int>(-128, 127)(random));
  return v;
}

conv_case random_case(std::mt19937& random, int width, bool silu) {
  conv_case c;
  c.width = width;
  c.silu = silu;
  c.x = random_bytes(random, c.tokens);
  c.w = random_bytes(random, width);
  c.state = random_bytes(random, width - 1);
  c.bias = std::uniform_int_distribution<int32_t>(-20000, 20000)(random);
  c.frac = std::uniform_int_distribution<int>(10, 16)(random);
  c.frac_y = std::uniform_int_distribution<int>(2, 6)(random);
  c.channel = {static_cast<uint8_t>(c.frac - c.frac_y), static_cast<uint8_t>(4 + c.frac)};
  c.shift_out = 16 - c.frac_y;
  return c;
}

// Runs the case in pieces of the given lengths; the state is left in `state`.
std::vector<int8_t> run_pieces(const conv_case& c, const std::vector<int>& pieces, std::vector<int8_t>& state,
                               unit_saturations& sat) {
  std::vector<int8_t> y(c.x.size());
  state = c.state;
  int at = 0;
  for (const int tokens : pieces) {
    conv1d_silu_channel(c.x.data() + at, tokens, 1, c.w.data(), c.width, c.bias, c.channel, c.silu,
                        c.shift_out, state.data(), y.data() + at, sat);
    at += tokens;
  }
  return y;
}

std::vector<double> doubles(const std::vector<int8_t>& v) { return {v.begin(), v.end()}; }

}  // namespace

TEST_CASE("conv1d_silu hls is the reference within half a quantisation step", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 600; ++round) {
    const conv_case c = random_case(random, 2 + round % 3, round % 2 == 0);
    unit_saturations sat;
    std::vector<int8_t> state;
    const std::vector<int8_t> got = run_pieces(c, {c.tokens}, state, sat);
    std::vector<double> w = doubles(c.w);
    for (double& e : w) e = std::ldexp(e, -c.frac);
    const std::vector<double> bias = {std::ldexp(c.bias, -c.frac)};
    const conv1d_ref_output ref =
        conv1d_ref(doubles(c.x), w, bias, {1, c.tokens, c.width}, c.silu, doubles(c.state));
    const conv1d_ref_output linear =
        conv1d_ref(doubles(c.x), w, bias, {1, c.tokens, c.width}, false, doubles(c.state));
    CHECK(doubles(state) == ref.state);
    uint64_t clipped = 0;
    for (size_t t = 0; t < got.size(); ++t) {
      const double step = std::ldexp(ref.y[t], c.frac_y), v = linear.y[t];
      CAPTURE(round, t, v, c.frac_y);
      // silu adds the rounding of its argument, the sigmoid's error and the product's rounding.
      const double extra =
          !c.silu ? 0
                  : std::ldexp(std::ldexp(1.1, -13) + 3.4e-4 * std::fabs(v) + std::ldexp(1, -17), c.frac_y);
      const double in_range = c.silu ? std::min(v, 15.9997) : v;
      if (in_range == v) REQUIRE(std::fabs(got[t] - std::clamp(step, -128.0, 127.0)) <= 0.5 + extra);
      if (!c.silu) clipped += std::floor(step + 0.5) > 127 || std::floor(step + 0.5) < -128;
    }
    if (!c.silu) CHECK(sat.conv == clipped);
    CHECK(sat.requantise == 0);
  }
}

TEST_CASE("conv1d_silu hls gives the same bits and state wherever the sequence is cut", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    conv_case c = random_case(random, 2 + round % 3, round % 2 == 0);
    c.tokens = 12;
    c.x.resize(12);
    unit_saturations whole_sat;
    std::vector<int8_t> whole_state, state;
    const std::vector<int8_t> whole = run_pieces(c, {12}, whole_state, whole_sat);
    const std::vector<int8_t> history(c.x.end() - (c.width - 1), c.x.end());
    CHECK(whole_state == history);
    for (int first = 0; first <= 12; ++first) {
      for (int second = 0; first + second <= 12; ++second) {
        unit_saturations sat;
        REQUIRE(run_pieces(c, {first, second, 12 - first - second}, state, sat) == whole);
        REQUIRE(state == whole_state);
        REQUIRE(sat.conv == whole_sat.conv);
      }
    }
    unit_saturations sat;
    REQUIRE(run_pieces(c, std::vector<int>(12, 1), state, sat) == whole);  // decode: a token at a time
  }
}

TEST_CASE("conv1d_silu hls may work in place on channels that are interleaved", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const conv_case c = random_case(random, 4, true);
  unit_saturations sat;
  std::vector<int8_t> state;
  const std::vector<int8_t> want = run_pieces(c, {c.tokens}, state, sat);
  std::vector<int8_t> memory(static_cast<size_t>(c.tokens) * 3, 77);
  for (int t = 0; t < c.tokens; ++t) memory[t * 3 + 1] = c.x[t];
  state = c.state;
  conv1d_silu_channel(memory.data() + 1, c.tokens, 3, c.w.data(), c.width, c.bias, c.channel, c.silu,
                      c.shift_out, state.data(), memory.data() + 1, sat);
  for (int t = 0; t < c.tokens; ++t) {
    REQUIRE(memory[t * 3 + 1] == want[t]);
    REQUIRE(memory[t * 3] == 77);
    REQUIRE(memory[t * 3 + 2] == 77);
  }
}

TEST_CASE("conv1d_silu hls looks at no tap and no weight beyond its width", "[leaf][hls]") {
  unit_saturations sat;
  for (int width = 1; width <= max_conv_width; ++width) {
    int8_t taps[] = {3, -5, 7, 11}, w[] = {2, 4, -6, 8};
    const int32_t want = conv1d_silu(taps, w, width, 9, {2, 0}, false, 0, sat);
    for (int beyond = width; beyond < max_conv_width; ++beyond) taps[beyond] = 127, w[beyond] = -127;
    CAPTURE(width);
    CHECK(conv1d_silu(taps, w, width, 9, {2, 0}, false, 0, sat) == want);
  }
}

TEST_CASE("conv1d_silu hls saturates an accumulator that leaves 32 bits and counts it once", "[leaf][hls]") {
  const int8_t taps[4] = {127, 127, 127, 127};
  unit_saturations sat;
  CHECK(conv1d_silu(taps, taps, 4, 2147483647, {31, 63}, false, 0, sat) == 1);
  CHECK(sat.conv == 1);
  CHECK(conv1d_silu(taps, taps, 4, 2147483647, {0, 4}, true, 0, sat) == 127);
  CHECK(sat.conv == 2);
}
