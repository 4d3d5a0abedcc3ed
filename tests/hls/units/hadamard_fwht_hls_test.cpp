// hadamard_fwht: columns of every size are orthogonal and equal the definition, the fast transform equals the
// matrix product, its end requantises.
#include <Eigen/Core>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "hls/units/hadamard_fwht.h"
#include "models/ref/hadamard_ref.h"

using namespace scansim;
using namespace scansim::hls;

namespace {

struct hadamard_size {
  int m, log2;
  int n() const { return m << log2; }
};

std::vector<hadamard_size> sizes_up_to(int limit) {
  std::vector<hadamard_size> sizes;
  for (const int m : {1, 12, 20, 28, 40}) {
    for (int log2 = 0; m << log2 <= limit; ++log2) sizes.push_back({m, log2});
  }
  return sizes;
}

// The transform without requantisation: 32 bits, shift 0.
std::vector<int32_t> transform(const std::vector<int32_t>& x, const hadamard_size& size) {
  std::vector<int32_t> y(x.size());
  unit_saturations sat;
  hadamard_fwht(x.data(), y.data(), size.m, size.log2, 0, 32, sat);
  REQUIRE(sat.hadamard == 0);
  return y;
}

// Bit i of row j: column j of the transform, -1 as 1.
using sign_rows = std::vector<std::vector<uint64_t>>;

sign_rows columns_of(const hadamard_size& size) {
  const int n = size.n();
  sign_rows columns(static_cast<size_t>(n), std::vector<uint64_t>(static_cast<size_t>(n + 63) / 64));
  std::vector<int32_t> unit(static_cast<size_t>(n));
  int64_t others = 0;
  for (int j = 0; j < n; ++j) {
    unit[j] = 1;
    const std::vector<int32_t> column = transform(unit, size);
    unit[j] = 0;
    for (int i = 0; i < n; ++i) {
      others += column[i] != 1 && column[i] != -1;
      columns[j][i / 64] |= uint64_t{column[i] < 0} << (i % 64);
    }
  }
  CHECK(others == 0);
  return columns;
}

// Pairs of distinct columns that do not differ in exactly half of their signs; every `stride`-th column meets
// all those before it.
int64_t dependent_pairs(const sign_rows& columns, int n, size_t stride) {
  int64_t pairs = 0;
  for (size_t a = columns.size(); a-- > 0;) {
    if ((columns.size() - 1 - a) % stride != 0) continue;
    for (size_t b = 0; b < a; ++b) {
      int differing = 0;
      for (size_t i = 0; i < columns[a].size(); ++i)
        differing += std::popcount(columns[a][i] ^ columns[b][i]);
      pairs += 2 * differing != n;
    }
  }
  return pairs;
}

}  // namespace

TEST_CASE("hadamard_fwht hls satisfies H H^T = n I for every size up to 5120", "[leaf][hls]") {
  for (const hadamard_size& size : sizes_up_to(5120)) {
    CAPTURE(size.m, size.log2);
    const sign_rows columns = columns_of(size);
    // H^T H = n I, and a square matrix commutes with its inverse. Of the largest sizes every 17th column
    // meets the others; that all elements are those of the Kronecker product, below, leaves no room for the
    // rest.
    if (size.n() > 1) CHECK(dependent_pairs(columns, size.n(), size.n() > 2000 ? 17 : 1) == 0);
    int64_t wrong = 0;
    for (int j = 0; j < size.n(); ++j) {
      for (int i = 0; i < size.n(); ++i) {
        wrong += (columns[j][i / 64] >> (i % 64) & 1) != (hadamard_element(size.m, size.log2, i, j) < 0);
      }
      wrong += (columns[j][0] & 1) != 0 || (columns[0][j / 64] >> (j % 64) & 1) != 0;  // row and column 0
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("hadamard_matrix hls equals the matrices built from Paley's definitions", "[leaf][hls]") {
  for (const hadamard_size& size : sizes_up_to(640)) {
    const Eigen::MatrixXd want = hadamard_matrix_ref(size.m, size.log2);
    int64_t wrong = 0;
    for (int i = 0; i < size.n(); ++i) {
      for (int j = 0; j < size.n(); ++j) wrong += hadamard_element(size.m, size.log2, i, j) != want(i, j);
    }
    CAPTURE(size.m, size.log2);
    CHECK(wrong == 0);
  }
}

TEST_CASE("hadamard_fwht hls equals the matrix product for 16-bit rows of every size up to 8192",
          "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int32_t> value(-32768, 32767);
  for (const hadamard_size& size : sizes_up_to(max_hadamard_size)) {
    std::vector<int32_t> x(static_cast<size_t>(size.n()));
    for (int32_t& e : x) e = value(random);
    const std::vector<double> row(x.begin(), x.end());
    const std::vector<int32_t> got = transform(x, size);
    CAPTURE(size.m, size.log2);
    CHECK(std::vector<double>(got.begin(), got.end()) == hadamard_ref(row, size.m, size.log2));
  }
}

TEST_CASE("hadamard_fwht hls requantises its sums, counts clamps and may work in place", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int32_t> value(-32768, 32767);
  for (const hadamard_size& size : {hadamard_size{1, 6}, {12, 3}, {20, 0}, {28, 5}, {40, 4}}) {
    std::vector<int32_t> x(static_cast<size_t>(size.n()));
    for (int32_t& e : x) e = value(random);
    const std::vector<int32_t> sums = transform(x, size);
    for (const int bits : {8, 16}) {
      for (int shift = 0; shift < 16; ++shift) {
        std::vector<int32_t> y = x;
        unit_saturations sat;
        hadamard_fwht(y.data(), y.data(), size.m, size.log2, shift, bits, sat);
        unit_saturations want_sat;
        for (size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == requantise(sums[i], shift, bits, want_sat));
        CHECK(sat.hadamard == want_sat.requantise);
        CHECK(sat.requantise == 0);
      }
    }
  }
}

TEST_CASE("hadamard_fwht hls is undone by transforming the rows of the following weights", "[leaf][hls]") {
  // w y = (w H^T / n) (H y): H_12 is not symmetric, so w H / n would be wrong.
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int32_t> value(-128, 127);
  for (const hadamard_size& size : {hadamard_size{12, 0}, {12, 5}, {20, 2}, {28, 3}, {40, 3}, {1, 8}}) {
    std::vector<int32_t> w(static_cast<size_t>(size.n())), y(w.size());
    int64_t want = 0, got = 0;
    for (size_t i = 0; i < w.size(); ++i) {
      w[i] = value(random);
      y[i] = value(random);
      want += int64_t{w[i]} * y[i];
    }
    const std::vector<int32_t> rotated_w = transform(w, size), rotated_y = transform(y, size);
    for (size_t i = 0; i < w.size(); ++i) got += int64_t{rotated_w[i]} * rotated_y[i];
    CHECK(got == want * size.n());
  }
}
