// The order of weights and index bits in the parameter memories, read back bit by bit as the machine does;
// 4-bit weights also in their groups.
#include "host/program/base/pack_gemm.h"

#include <catch2/catch.hpp>

#include "hls/gemm/nm_format.h"
#include "sim/weight_groups.h"
#include "tests/host/program/program_cases.h"

namespace scansim {
namespace {

struct packed_case {
  gemm_call call;
  quantised_gemm q;
  packed_gemm packed;
};

packed_case pack(const std::string& pattern, const design_point& point, bool w4 = false) {
  packed_case c;
  operator_request request = test::gemm_request(2, w4 ? 300 : 45, 40, "none", pattern);
  if (w4) request.weight_format = "w4g128";
  c.call = payload<gemm_call>(generate_operator(request));
  c.q = quantise_gemm(c.call, 8, "test");
  gemm_matrix m;
  m.weights = stored_weights(c.q.w, c.call.sparsity);
  m.inner = c.call.inner, m.pattern = c.call.sparsity, m.channel = c.q.channels, m.bias = c.q.bias;
  std::vector<int64_t> rows;
  append_rows(rows, 0, c.call.columns, point.axi_bytes());
  c.packed = pack_gemm(m, rows, point, "test");
  return c;
}

// Rows of s8; those of 4 bits as the machine expands them.
std::vector<uint8_t> s8_rows(const packed_gemm& p, const design_point& point) {
  if (!p.w4) return p.weights;
  const weight_group_shape shape{point.axi_bytes(), point.gemm_depth};
  std::vector<uint8_t> rows;
  CHECK(for_each_w4_row(p.weights, shape, [&](const uint8_t* multipliers, const uint8_t* nibbles, int64_t) {
    append_expanded(multipliers, nibbles, shape, rows);
  }));
  return rows;
}

uint32_t bits_at(const std::vector<uint8_t>& bytes, size_t at, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) value |= (uint32_t{bytes[(at + i) / 8]} >> (at + i) % 8 & 1U) << i;
  return value;
}

TEST_CASE("pack_gemm program rows give back every weight", "[program]") {
  const design_point point = test::point_of(GENERATE("block", "block-tiny"));
  const std::string pattern = GENERATE("dense", "2:4", "3:8", "1:16", "4:16");
  const bool w4 = GENERATE(false, true);
  const packed_case c = pack(pattern, point, w4);
  const packed_gemm& p = c.packed;
  const std::vector<uint8_t> weights = s8_rows(p, point);
  const int word = point.axi_bytes(), depth = point.gemm_depth, m = 4 << p.log2_m,
            groups = 1 << p.log2_groups;
  CAPTURE(point.name, pattern, w4);
  REQUIRE(p.n * groups <= depth);
  REQUIRE(m * groups <= word);
  CHECK((2 * p.n * groups > depth || 2 * m * groups > word));  // the most groups
  REQUIRE(weights.size() == static_cast<size_t>(p.tiles * p.beats * word * depth));
  const std::vector<uint8_t> index = pack_ranks(p.ranks, p.index_bits, word);
  CHECK(index.size() % static_cast<size_t>(word) == 0);

  int8_matrix got = int8_matrix::Zero(p.tiles * word, p.beats * groups * m);
  size_t bit = 0;
  for (int row = 0; row < p.tiles * p.beats; ++row) {
    for (int g = 0; g < groups; ++g) {
      for (int lane = 0; lane < word; ++lane) {
        uint8_t positions[16] = {};
        for (int i = 0; i < p.n; ++i) positions[i] = static_cast<uint8_t>(i);
        if (p.index_bits != 0) hls::nm_unrank(bits_at(index, bit, p.index_bits), p.n, m, positions);
        bit += static_cast<size_t>(p.index_bits);
        for (int i = 0; i < p.n; ++i) {
          const size_t slot = (static_cast<size_t>(row) * word + lane) * depth + i * groups + g;
          got(row / p.beats * word + lane, (row % p.beats * groups + g) * m + positions[i]) =
              static_cast<int8_t>(weights[slot]);
        }
      }
    }
  }
  CHECK(got.topLeftCorner(c.call.columns, c.call.inner) == c.q.w.w);
  CHECK(got.bottomRows(got.rows() - c.call.columns).isZero(0));
  CHECK(got.rightCols(got.cols() - c.call.inner).isZero(0));
}

TEST_CASE("pack_gemm program channels lie beside the weights", "[program]") {
  const design_point point = test::point_of("block");
  const packed_case c = pack("dense", point);
  REQUIRE(c.packed.shifts.size() == 64);
  REQUIRE(c.packed.bias.size() == 64 * 8);
  for (size_t n = 0; n < 64; ++n) {
    int32_t bias = 0;
    std::memcpy(&bias, c.packed.bias.data() + 8 * n, sizeof bias);
    CHECK(bias == (n < 40 ? c.q.bias[n] : 0));
    CHECK(c.packed.shifts[n] == (n < 40 ? c.q.channels[n].shift : 0));
  }
  CHECK(c.packed.weight_bytes == 40 * 45);
}

TEST_CASE("pack_gemm program 4-bit weights are groups of 128 k behind their multipliers", "[program]") {
  const design_point point = test::point_of("block");  // W 32, 8 multipliers
  const std::string pattern = GENERATE("dense", "2:4", "2:8");
  const int row_k = pattern == "dense" ? 8 : pattern == "2:4" ? 16 : 32;
  const packed_case c = pack(pattern, point, true);
  CAPTURE(pattern);
  REQUIRE(c.packed.tiles == 2);
  REQUIRE(c.packed.beats == (300 + row_k - 1) / row_k);
  size_t beat = 0;
  for (int tile = 0; tile < 2; ++tile) {
    for (int k = 0; k < 300; k += 128) {
      const uint8_t* multipliers = c.packed.weights.data() + beat * 32;
      const int rows = (std::min(300 - k, 128) + row_k - 1) / row_k;
      REQUIRE(hls::w4_rows(multipliers) == rows);
      for (int lane = 0; lane < 32; ++lane) {
        const int n = tile * 32 + lane;
        if (n < 40)
          CHECK(hls::w4_multiplier(multipliers[lane]) ==
                c.q.w.multiplier[static_cast<size_t>(3 * n + k / 128)]);
      }
      beat += 1 + 4 * static_cast<size_t>(rows);
    }
  }
  CHECK(c.packed.weights.size() == 32 * beat);
  const uint64_t kept = pattern == "dense" ? 300 : pattern == "2:4" ? 150 : 76;
  CHECK(c.packed.weight_bytes == 40 * kept / 2 + 40 * 3);
}

TEST_CASE("pack_gemm program refuses a pattern that the multipliers cannot hold", "[program]") {
  CHECK_THROWS_WITH(pack("8:16", test::point_of("block-tiny")), Catch::Contains("N <= gemm_depth = 4"));
}

}  // namespace
}  // namespace scansim
