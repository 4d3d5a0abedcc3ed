// Compression of N:M weights: back and forth is the identity, sizes by hand, and the stored form is what the
// machine's unranking reads.
#include "models/sparsity/nm_compress.h"

#include <catch2/catch.hpp>
#include <random>

#include "hls/gemm/gemm_nm.h"
#include "hls/gemm/nm_format.h"
#include "traces/nm_prune.h"

namespace scansim {
namespace {

std::vector<int8_t> random_pruned(std::mt19937& generator, int64_t rows, int64_t cols, const nm_pattern& p,
                                  nm_side side) {
  std::vector<float> w(static_cast<size_t>(rows * cols));
  std::uniform_int_distribution<int> value(-128, 127);
  for (float& x : w) x = static_cast<float>(value(generator) * (generator() % 3 != 0));
  prune_nm(w, rows, cols, p, side);
  return {w.begin(), w.end()};
}

TEST_CASE("nm_compress sparsity decompresses to the same matrix", "[property][sparsity]") {
  const unsigned seed = GENERATE(1U, 2U, 3U);
  const nm_pattern p = GENERATE(nm_pattern{1, 4}, nm_pattern{2, 4}, nm_pattern{2, 8}, nm_pattern{4, 8},
                                nm_pattern{8, 16}, nm_pattern{15, 16}, nm_pattern{4, 4});
  const nm_side side = GENERATE(nm_side::inputs, nm_side::outputs);
  CAPTURE(seed, p.n, p.m, to_string(side));
  std::mt19937 generator(seed);
  const int64_t rows = 1 + static_cast<int64_t>(generator() % 37),
                cols = 1 + static_cast<int64_t>(generator() % 37);
  const std::vector<int8_t> w = random_pruned(generator, rows, cols, p, side);
  const nm_compressed<int8_t> stored = compress_nm<int8_t>(w, rows, cols, p, side);
  CHECK(decompress_nm(stored) == w);
  const nm_storage storage = storage_of(rows, cols, p, side, 8);
  CHECK(stored.values.size() == storage.value_bytes);
  CHECK(stored.indices.size() == storage.index_bytes);
  CHECK(storage.dense_bytes == w.size());
}

TEST_CASE("nm_compress sparsity storage agrees with numbers by hand", "[unit][sparsity]") {
  // 512 x 128, 2:4: 512 * 32 groups of 2 values and 3 bits.
  const nm_storage s = storage_of(512, 128, {2, 4}, nm_side::inputs, 8);
  CHECK(s.dense_bytes == 65536);
  CHECK(s.value_bytes == 32768);
  CHECK(s.index_bytes == 6144);
  CHECK(s.total_bytes() == 38912);
  // 8:16 takes ceil(log2 12870) = 14 bits; 3 x 20 along inputs: 3 * 2 groups, padded.
  const nm_storage wide = storage_of(3, 20, {8, 16}, nm_side::inputs, 4);
  CHECK(wide.dense_bytes == 30);
  CHECK(wide.value_bytes == 24);
  CHECK(wide.index_bytes == 11);  // 84 bits
  // Along outputs 3 rows make one group per column.
  CHECK(storage_of(3, 20, {1, 4}, nm_side::outputs, 8).value_bytes == 20);
  CHECK(storage_of(3, 20, {4, 4}, nm_side::inputs, 8).index_bytes == 0);
}

TEST_CASE("nm_compress sparsity is refused by a matrix that violates its pattern", "[negative][sparsity]") {
  const std::vector<int8_t> w = {1, 1, 1, 0};
  CHECK_THROWS_AS(compress_nm<int8_t>(w, 1, 4, {2, 4}, nm_side::inputs), std::invalid_argument);
  CHECK_THROWS_AS(compress_nm<int8_t>(w, 1, 3, {3, 4}, nm_side::inputs), std::invalid_argument);
}

TEST_CASE("nm_compress sparsity gives the machine's dot product of the dense row", "[property][sparsity]") {
  const unsigned seed = GENERATE(11U, 12U);
  CAPTURE(seed);
  std::mt19937 generator(seed);
  const nm_pattern p{2, 8};
  const int k = 64;
  const std::vector<int8_t> w = random_pruned(generator, 1, k, p, nm_side::inputs);
  const nm_compressed<int8_t> stored = compress_nm<int8_t>(w, 1, k, p, nm_side::inputs);
  std::vector<int8_t> x(k);
  for (int8_t& value : x) value = static_cast<int8_t>(generator());
  std::vector<uint8_t> positions;
  const int bits = hls::nm_index_bits(p.n, p.m);
  for (int g = 0; g < k / p.m; ++g) {
    uint32_t rank = 0;
    for (int b = 0; b < bits; ++b) {
      const int at = g * bits + b;
      rank |= (uint32_t{stored.indices[static_cast<size_t>(at / 8)]} >> at % 8 & 1U) << b;
    }
    positions.resize(positions.size() + static_cast<size_t>(p.n));
    hls::nm_unrank(rank, p.n, p.m, positions.data() + g * p.n);
  }
  CHECK(hls::dot_nm(x.data(), stored.values.data(), positions.data(), k / p.m, p.n, p.m) ==
        hls::dot_dense(x.data(), w.data(), k));
}

}  // namespace
}  // namespace scansim
