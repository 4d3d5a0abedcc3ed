// dot_nm and its forms against dense dot products of expanded weights, W4 expansion over all its values.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "hls/gemm/nm_format.h"
#include "hls/gemm/weight_w4.h"

using namespace scansim::hls;

namespace {

struct nm_weights {
  std::vector<int8_t> values, expanded;
  std::vector<uint8_t> positions;
};

int8_t random_s8(std::mt19937& random) {
  return static_cast<int8_t>(std::uniform_int_distribution<int>(-128, 127)(random));
}

std::vector<int8_t> random_vector(std::mt19937& random, int size) {
  std::vector<int8_t> v(static_cast<size_t>(size));
  for (int8_t& e : v) e = random_s8(random);
  return v;
}

nm_weights random_weights(std::mt19937& random, int groups, int n, int m) {
  nm_weights w{random_vector(random, groups * n), std::vector<int8_t>(static_cast<size_t>(groups * m)),
               std::vector<uint8_t>(static_cast<size_t>(groups * n))};
  for (int g = 0; g < groups; ++g) {
    const uint32_t rank = std::uniform_int_distribution<uint32_t>(0, binomial(m, n) - 1)(random);
    nm_unrank(rank, n, m, w.positions.data() + g * n);
    for (int i = 0; i < n; ++i) w.expanded[g * m + w.positions[g * n + i]] = w.values[g * n + i];
  }
  return w;
}

int64_t plain_dot(const std::vector<int8_t>& x, const std::vector<int8_t>& w) {
  int64_t sum = 0;
  for (size_t i = 0; i < w.size(); ++i) sum += int64_t{x[i]} * w[i];
  return sum;
}

}  // namespace

TEST_CASE("gemm_nm hls sparse dot products equal dense ones of the expanded weights for every N:M",
          "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr int rows = 5;
  for (const int m : {4, 8, 16}) {
    for (int n = 1; n <= m; ++n) {
      for (const int groups : {0, 1, 2, 3, 17, 40}) {
        CAPTURE(n, m, groups);
        const nm_weights w = random_weights(random, groups, n, m);
        const int k = groups * m;
        const std::vector<int8_t> xt = random_vector(random, k * rows);
        int32_t sparse[rows], dense[rows];
        dot_nm_rows<rows>(xt.data(), w.values.data(), w.positions.data(), groups, n, m, sparse);
        dot_dense_rows<rows>(xt.data(), w.expanded.data(), k, dense);
        for (int row = 0; row < rows; ++row) {
          std::vector<int8_t> x(static_cast<size_t>(k));
          for (int i = 0; i < k; ++i) x[i] = xt[i * rows + row];
          const int64_t want = plain_dot(x, w.expanded);
          REQUIRE(dot_dense(x.data(), w.expanded.data(), k) == want);
          REQUIRE(dot_nm(x.data(), w.values.data(), w.positions.data(), groups, n, m) == want);
          REQUIRE(sparse[row] == want);
          REQUIRE(dense[row] == want);
        }
      }
    }
  }
}

TEST_CASE("gemm_nm hls accumulator holds the greatest sums of the longest reduction", "[leaf][hls]") {
  const std::vector<int8_t> low(max_reduction, -128), high(max_reduction, 127);
  CHECK(dot_dense(low.data(), low.data(), max_reduction) == 1 << 30);
  CHECK(dot_dense(low.data(), high.data(), max_reduction) == -128 * 127 * max_reduction);
  const std::vector<int8_t> columns(max_reduction * 2, -128);
  int32_t acc[2];
  dot_dense_rows<2>(columns.data(), low.data(), max_reduction, acc);
  CHECK(acc[0] == 1 << 30);
  CHECK(acc[1] == 1 << 30);
}

TEST_CASE("weight_w4 hls expands every weight exactly", "[leaf][hls]") {
  for (int w4 = -8; w4 <= 7; ++w4) {
    for (int multiplier = 1; multiplier <= 16; ++multiplier) {
      CAPTURE(w4, multiplier);
      CHECK(int{expand_w4(w4, multiplier)} == w4 * multiplier);
    }
  }
  CHECK(int{expand_w4(7, 31)} == 127);  // beyond the format: saturates instead of wrapping
  CHECK(int{expand_w4(-8, 31)} == -128);
}

TEST_CASE("weight_w4 hls unpacks every byte, low nibble first", "[leaf][hls]") {
  for (int low = -8; low <= 7; ++low) {
    for (int high = -8; high <= 7; ++high) {
      const auto byte = static_cast<uint8_t>((high & 15) << 4 | (low & 15));
      CHECK(unpack_w4(byte, 0) == low);
      CHECK(unpack_w4(byte, 1) == high);
    }
  }
}
