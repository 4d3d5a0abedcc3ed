// nm_rank and nm_unrank over every set of every pattern: a bijection on 0..C(M, N)-1, with as few bits as a
// set can have.
#include <bit>
#include <catch2/catch.hpp>
#include <vector>

#include "hls/gemm/nm_format.h"

using namespace scansim::hls;

namespace {

std::vector<uint8_t> positions_of(uint32_t mask) {
  std::vector<uint8_t> positions;
  for (int p = 0; p < 16; ++p) {
    if ((mask >> p & 1u) != 0) positions.push_back(static_cast<uint8_t>(p));
  }
  return positions;
}

std::vector<uint32_t> masks_of(int n, int m) {
  std::vector<uint32_t> masks;
  for (uint32_t mask = 0; mask < uint32_t{1} << m; ++mask) {
    if (std::popcount(mask) == n) masks.push_back(mask);
  }
  return masks;
}

}  // namespace

TEST_CASE("nm_format hls rank and unrank are inverse bijections for every N:M", "[leaf][hls]") {
  for (const int m : {4, 8, 16}) {
    for (int n = 1; n <= m; ++n) {
      CAPTURE(n, m);
      const std::vector<uint32_t> masks = masks_of(n, m);
      REQUIRE(binomial(m, n) == masks.size());
      std::vector<bool> seen(masks.size());
      for (const uint32_t mask : masks) {
        const std::vector<uint8_t> set = positions_of(mask);
        const uint32_t rank = nm_rank(set.data(), n);
        REQUIRE(rank < masks.size());
        REQUIRE_FALSE(seen[rank]);
        seen[rank] = true;
        std::vector<uint8_t> back(static_cast<size_t>(n), 255);
        nm_unrank(rank, n, m, back.data());
        REQUIRE(back == set);
      }
    }
  }
}

TEST_CASE("nm_format hls ranks rise with the sets read as binary numbers", "[leaf][hls]") {
  // The combinatorial number system is colexicographic order, so the k-th mask in rising order has rank k.
  for (const int m : {4, 8, 16}) {
    for (int n = 1; n <= m; ++n) {
      uint32_t rank = 0;
      for (const uint32_t mask : masks_of(n, m)) REQUIRE(nm_rank(positions_of(mask).data(), n) == rank++);
    }
  }
}

TEST_CASE("nm_format hls index bits hold every rank and one bit less does not", "[leaf][hls]") {
  for (const int m : {4, 8, 16}) {
    for (int n = 1; n <= m; ++n) {
      CAPTURE(n, m);
      const uint64_t sets = masks_of(n, m).size();
      const int bits = nm_index_bits(n, m);
      CHECK((uint64_t{1} << bits) >= sets);
      CHECK((bits == 0 || (uint64_t{1} << (bits - 1)) < sets));
    }
    CHECK(nm_index_bits(m, m) == 0);
    CHECK((1 << nm_position_bits(m)) == m);
  }
  CHECK(nm_index_bits(2, 4) == 3);
  CHECK(nm_index_bits(2, 8) == 5);
  CHECK(nm_index_bits(4, 8) == 7);
  CHECK(nm_index_bits(1, 8) == 3);
  CHECK(nm_index_bits(2, 16) == 7);
  CHECK(nm_index_bits(8, 16) == 14);
}

TEST_CASE("nm_format hls unranks an illegal rank to N rising positions inside the group", "[leaf][hls]") {
  for (const int m : {4, 8, 16}) {
    for (int n = 1; n <= m; ++n) {
      for (uint32_t rank = binomial(m, n); rank < uint32_t{1} << nm_index_bits(n, m); ++rank) {
        std::vector<uint8_t> positions(static_cast<size_t>(n), 255);
        nm_unrank(rank, n, m, positions.data());
        for (int i = 1; i < n; ++i) REQUIRE(positions[i - 1] < positions[i]);
        REQUIRE(positions[n - 1] < m);
      }
    }
  }
}
