// The int8 quantisers over every tie and its neighbours, and what lies outside the range.
#include "host/cuda/numerics/quantise_int8.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace scansim;

namespace {

// Every half integer of [-300, 300], and three floats to either side.
std::vector<float> ties() {
  std::vector<float> values;
  for (int twice = -600; twice <= 600; ++twice) {
    float below = float(twice) / 2, above = below;
    values.push_back(below);
    for (int i = 0; i < 3; ++i) {
      below = std::nextafter(below, -1e3f);
      above = std::nextafter(above, 1e3f);
      values.insert(values.end(), {below, above});
    }
  }
  return values;
}

int clamped(double v) { return int(std::clamp(v, -128.0, 127.0)); }

}  // namespace

TEST_CASE("quantise_round_away is roundf, clamped, over all ties and their neighbours", "[numerics][gpu]") {
  for (const float v : ties()) {
    INFO("v " << v);
    REQUIRE(int{quantise_round_away(v, 1.0f)} == clamped(std::round(double{v})));
  }
}

TEST_CASE("quantise_round_even is rintf, clamped, over all ties and their neighbours", "[numerics][gpu]") {
  for (const float v : ties()) {
    INFO("v " << v);
    REQUIRE(int{quantise_round_even(v, 1.0f)} == clamped(std::nearbyint(double{v})));
  }
}

TEST_CASE("the two roundings differ exactly at the ties below an even integer", "[numerics][gpu]") {
  for (int n = -127; n < 127; ++n) {
    const float tie = float(n) + 0.5f;
    const int even = n % 2 == 0 ? n : n + 1, away = n >= 0 ? n + 1 : n;
    REQUIRE(int{quantise_round_even(tie, 1.0f)} == even);
    REQUIRE(int{quantise_round_away(tie, 1.0f)} == away);
  }
}

TEST_CASE("infinities saturate and NaN gives -128", "[numerics][gpu]") {
  const float infinity = std::numeric_limits<float>::infinity(),
              nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto quantise : {quantise_round_away, quantise_round_even}) {
    CHECK(int{quantise(infinity, 2.0f)} == 127);
    CHECK(int{quantise(-infinity, 2.0f)} == -128);
    CHECK(int{quantise(3e38f, 100.0f)} == 127);
    CHECK(int{quantise(nan, 1.0f)} == -128);
  }
}

TEST_CASE("quantising a dequantised int8 gives it back for any scale", "[numerics][gpu]") {
  for (const float scale : {1e-30f, 3.1e-5f, 0.0123f, 1.0f, 77.7f, 1e30f})
    for (int q = -128; q < 128; ++q) {
      const float inverse = div_rn(1.0f, scale), v = dequantise_int8(int8_t(q), scale);
      REQUIRE(int{quantise_round_away(v, inverse)} == q);
      REQUIRE(int{quantise_round_even(v, inverse)} == q);
    }
}

TEST_CASE("float_of_byte is the signed byte, in every place of a word", "[exhaustive][gpu]") {
  for (int q = -128; q < 128; ++q)
    for (int i = 0; i < 4; ++i)
      for (const uint32_t others : {0u, 0xffffffffu, 0x5a5a5a5au}) {
        const uint32_t word = (others & ~(0xffu << 8 * i)) | static_cast<uint32_t>(static_cast<uint8_t>(q))
                                                                 << 8 * i;
        CHECK(float_of_byte(word, i) == static_cast<float>(q));
      }
}

TEST_CASE("quantised_word has the bytes of quantise_round_even, float_of_int8 the byte's value",
          "[exhaustive][gpu]") {
  for (int q = -128; q < 128; ++q) CHECK(float_of_int8(static_cast<int8_t>(q)) == static_cast<float>(q));
  for (int k = -600; k <= 600; ++k) {
    const float base = 0.25f * static_cast<float>(k), values[4] = {base, -base, 2 * base, base + 0.5f};
    const uint32_t word = quantised_word(values, 0.5f);
    for (int i = 0; i < 4; ++i)
      CHECK(float_of_byte(word, i) == static_cast<float>(quantise_round_even(values[i], 0.5f)));
  }
}

TEST_CASE("half_pair_of_bytes and float_of_byte of neighbours have each byte's value, signs too",
          "[exhaustive][gpu]") {
  for (int q = -128; q < 128; ++q) {
    const int8_t four[4] = {static_cast<int8_t>(q), static_cast<int8_t>(-1 - q), static_cast<int8_t>(q / 2),
                            77};
    uint32_t word;
    std::memcpy(&word, four, sizeof word);
    for (int i = 0; i < 4; ++i) {
      CHECK(float_of_byte(four, i) == static_cast<float>(four[i]));
      const auto half = static_cast<uint16_t>(half_pair_of_bytes(word, i / 2) >> 16 * (i % 2));
      CHECK(to_float(half_bits{half}) == static_cast<float>(four[i]));
    }
  }
}

TEST_CASE("quantised_word takes a scale for each value", "[unit][gpu]") {
  const float values[4] = {10, 10, -10, 300}, inverses[4] = {1, 0.25f, 2, 1};
  const uint32_t word = quantised_word(values, inverses);
  for (int i = 0; i < 4; ++i)
    CHECK(float_of_byte(word, i) == static_cast<float>(quantise_round_even(values[i], inverses[i])));
}
