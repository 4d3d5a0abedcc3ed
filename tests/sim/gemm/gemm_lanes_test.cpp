// The products of one beat by vectors against those lane by lane, and these against the dot products of whole
// rows.
#include "sim/gemm/gemm_lanes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

struct beat_values {
  std::vector<int8_t> x, w;
  std::vector<uint8_t> position;
  gemm_lane_beat beat;
};

// Every third value an end of its range; slots that the command does not use hold anything.
beat_values random_beat(int lanes, int depth, int n, int m, int groups, std::mt19937_64& random) {
  const auto draw = [&] {
    const uint64_t kind = random() % 6;
    return static_cast<int8_t>(kind == 0 ? -128 : kind == 1 ? 127 : static_cast<int>(random() % 256) - 128);
  };
  beat_values v;
  for (int i = 0; i < groups * m; ++i) v.x.push_back(draw());
  for (int i = 0; i < lanes * depth; ++i) {
    v.w.push_back(draw());
    v.position.push_back(static_cast<uint8_t>(random() % static_cast<uint64_t>(m)));
  }
  v.x.resize(std::max(v.x.size(), static_cast<size_t>(depth)), int8_t{99});
  v.beat = {lanes, depth, n, m, groups, nullptr, nullptr, nullptr};
  return v;
}

std::vector<int32_t> products(gemm_lanes lanes, beat_values& v) {
  v.beat.x = v.x.data(), v.beat.w = v.w.data(), v.beat.position = v.position.data();
  std::vector<int32_t> acc(static_cast<size_t>(v.beat.lanes));
  for (size_t i = 0; i < acc.size(); ++i) acc[i] = static_cast<int32_t>(i) - 3;
  lanes(v.beat, acc.data());
  return acc;
}

// The definition, value by value.
std::vector<int32_t> expected_products(const beat_values& v) {
  const gemm_lane_beat& b = v.beat;
  std::vector<int32_t> acc;
  for (int lane = 0; lane < b.lanes; ++lane) {
    acc.push_back(lane - 3);
    for (int g = 0; g < b.groups; ++g)
      for (int i = 0; i < b.n; ++i) {
        const auto slot = static_cast<size_t>(lane * b.depth + i * b.groups + g);
        const int at = b.n == b.m ? i : v.position[slot];
        acc.back() += int32_t{v.x[static_cast<size_t>(g * b.m + at)]} * v.w[slot];
      }
  }
  return acc;
}

TEST_CASE("gemm_nm systemc multiplies a dense beat by words as lane by lane", "[random][systemc]") {
  std::mt19937_64 random(21);
  for (const int depth : {4, 8, 16, 32})
    for (const int lanes : {4, 8, 16, 32, 64})
      for (int m = 4; m <= depth; m *= 2)
        for (int groups = 1; groups * m <= depth; groups *= 2) {
          CAPTURE(depth, lanes, m, groups);
          beat_values v = random_beat(lanes, depth, m, m, groups, random);
          const std::vector<int32_t> want = expected_products(v);
          CHECK(products(dense_lanes, v) == want);
          CHECK(products(select_dense_lanes(lanes, depth), v) == want);
          const int slots = lanes * depth;
          if (vector_unit_present() && slots % 32 == 0) CHECK(products(dense_lanes_avx2, v) == want);
          if (wide_vectors_present() && slots % 64 == 0) CHECK(products(dense_lanes_avx512, v) == want);
        }
}

TEST_CASE("gemm_nm systemc multiplies an N:M beat by the positions of its slots", "[random][systemc]") {
  std::mt19937_64 random(22);
  for (const int depth : {4, 8, 16, 32})
    for (const int m : {4, 8, 16})
      for (int n = 1; n < m && n <= depth; ++n)
        for (int groups = 1; groups * n <= depth; groups *= 2) {
          CAPTURE(depth, n, m, groups);
          beat_values v = random_beat(8, depth, n, m, groups, random);
          CHECK(products(nm_lanes, v) == expected_products(v));
        }
}

}  // namespace
}  // namespace scansim
