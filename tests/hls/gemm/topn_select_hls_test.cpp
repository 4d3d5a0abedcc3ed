// topn_select against a stable sort by falling magnitude: exhaustive over small value sets, random at 16 of
// 16 bits.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <vector>

#include "hls/gemm/topn_select.h"

using namespace scansim::hls;

namespace {

// True if for every n the selection is the first n of the stable sort, in rising order of position.
bool agrees_with_sort(const std::array<int16_t, 16>& v, int m) {
  std::array<uint8_t, 16> order{};
  std::iota(order.begin(), order.begin() + m, uint8_t{0});
  std::stable_sort(order.begin(), order.begin() + m,
                   [&](uint8_t a, uint8_t b) { return std::abs(int32_t{v[a]}) > std::abs(int32_t{v[b]}); });
  for (int n = 1; n <= m; ++n) {
    std::array<bool, 16> stays{};
    for (int i = 0; i < n; ++i) stays[order[i]] = true;
    std::array<int16_t, 17> kept{};
    std::array<uint8_t, 17> positions{};
    kept[n] = 12345;
    positions[n] = 99;
    topn_select(v.data(), m, n, kept.data(), positions.data());
    int out = 0;
    for (int p = 0; p < m; ++p) {
      if (!stays[p]) continue;
      if (positions[out] != p || kept[out] != v[p]) return false;
      ++out;
    }
    if (kept[n] != 12345 || positions[n] != 99) return false;  // exactly n entries
  }
  return true;
}

int64_t disagreements(const std::vector<int16_t>& alphabet, int m) {
  std::array<int16_t, 16> v{};
  int64_t combinations = 1, wrong = 0;
  for (int i = 0; i < m; ++i) combinations *= static_cast<int64_t>(alphabet.size());
  for (int64_t c = 0; c < combinations; ++c) {
    int64_t rest = c;
    for (int i = 0; i < m; ++i) {
      v[i] = alphabet[static_cast<size_t>(rest) % alphabet.size()];
      rest /= static_cast<int64_t>(alphabet.size());
    }
    wrong += !agrees_with_sort(v, m);
  }
  return wrong;
}

}  // namespace

TEST_CASE("topn_select hls equals a stable sort for every group of a small value set and every N",
          "[leaf][hls]") {
  CHECK(disagreements({-128, -127, -2, -1, 0, 1, 2, 127}, 4) == 0);
  CHECK(disagreements({-32768, 0, 32767, -32767}, 4) == 0);
  CHECK(disagreements({-128, 0, 1, 127}, 8) == 0);
  CHECK(disagreements({-1, 1}, 16) == 0);
  CHECK(disagreements({0, -3}, 16) == 0);
}

TEST_CASE("topn_select hls equals a stable sort for random groups of 16", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const int range : {1, 3, 128, 32768}) {  // few values: many ties
    std::uniform_int_distribution<int> value(-range, range - 1);
    for (int round = 0; round < 5000; ++round) {
      std::array<int16_t, 16> v{};
      for (int16_t& e : v) e = static_cast<int16_t>(value(random));
      REQUIRE(agrees_with_sort(v, 16));
    }
  }
}
