#include "host/program/pack_gemm.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "hls/gemm/nm_format.h"
#include "host/program/tile_order.h"
#include "sim/gemm/gemm_streams.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr nm_pattern dense_pattern{4, 4};
constexpr int bias_row_bytes = 8;  // of one lane: bias s32, align u8, three zero bytes

nm_pattern stored_pattern(const nm_pattern& pattern) { return pattern.dense() ? dense_pattern : pattern; }

int groups_of(const nm_pattern& pattern, const design_point& point) {
  return gemm_groups_per_beat({point.axi_bytes(), point.gemm_depth, point.axi_bytes()}, pattern.n, pattern.m);
}

// One (lane, group): its values, and its rank if there are positions.
class group_reader {
 public:
  group_reader(const gemm_matrix& matrix, const nm_pattern& pattern) : matrix_(matrix), pattern_(pattern) {}

  int8_t value(int64_t row, int64_t group, int i) const {
    const gemm_weights& w = matrix_.weights;
    if (w.positions.empty()) {
      const int64_t k = group * pattern_.m + i;
      return k < matrix_.inner ? w.values[static_cast<size_t>(row * matrix_.inner + k)] : int8_t{0};
    }
    return group < w.groups ? w.values[at(row, group) + static_cast<size_t>(i)] : int8_t{0};
  }
  // Groups beyond the matrix hold zeros: any positions will do, rank 0 is a set.
  uint16_t rank(int64_t row, int64_t group) const {
    const gemm_weights& w = matrix_.weights;
    if (group >= w.groups) return 0;
    return static_cast<uint16_t>(hls::nm_rank(w.positions.data() + at(row, group), pattern_.n));
  }

 private:
  size_t at(int64_t row, int64_t group) const {
    return static_cast<size_t>((row * matrix_.weights.groups + group) * pattern_.n);
  }
  const gemm_matrix& matrix_;
  nm_pattern pattern_;
};

void pack_channels(const gemm_matrix& matrix, std::span<const int64_t> rows, packed_gemm& out) {
  out.shifts.assign(rows.size(), 0);
  if (out.has_bias) out.bias.assign(rows.size() * bias_row_bytes, 0);
  for (size_t lane = 0; lane < rows.size(); ++lane) {
    if (rows[lane] < 0) continue;
    const auto row = static_cast<size_t>(rows[lane]);
    out.shifts[lane] = matrix.channel[row].shift;
    if (!out.has_bias) continue;
    uint8_t* to = out.bias.data() + lane * bias_row_bytes;
    if (!matrix.bias.empty()) std::memcpy(to, &matrix.bias[row], sizeof(int32_t));
    to[4] = matrix.channel[row].align;
  }
}

}  // namespace

int gemm_beats(int64_t inner, const nm_pattern& pattern, const design_point& point) {
  const nm_pattern p = stored_pattern(pattern);
  const int64_t span = int64_t{groups_of(p, point)} * p.m;
  return span == 0 ? 0 : static_cast<int>((inner + span - 1) / span);
}

packed_gemm pack_gemm(const gemm_matrix& matrix, std::span<const int64_t> rows, const design_point& point,
                      const std::string& name) {
  const nm_pattern p = stored_pattern(matrix.pattern);
  const int word = point.axi_bytes(), groups = groups_of(p, point);
  if (groups == 0) {
    throw input_error(name, "w",
                      fmt::format("a pattern with N <= gemm_depth = {} and M <= {}", point.gemm_depth, word),
                      to_string(p));
  }
  packed_gemm out;
  out.tiles = static_cast<int>(rows.size()) / word;
  out.beats = gemm_beats(matrix.inner, p, point);
  out.k_words = static_cast<int>(tiles_of(matrix.inner, word));
  out.n = p.n, out.log2_m = std::countr_zero(static_cast<unsigned>(p.m)) - 2;
  out.log2_groups = std::countr_zero(static_cast<unsigned>(groups));
  out.index_bits = p.dense() ? 0 : hls::nm_index_bits(p.n, p.m);
  out.has_bias = matrix.has_bias();
  out.weights.assign(rows.size() * static_cast<size_t>(out.beats * point.gemm_depth), 0);
  if (out.index_bits != 0) out.ranks.assign(rows.size() * static_cast<size_t>(out.beats * groups), 0);

  const group_reader reader(matrix, p);
  for (int64_t tile = 0; tile < out.tiles; ++tile) {
    for (int64_t beat = 0; beat < out.beats; ++beat) {
      for (int64_t lane = 0; lane < word; ++lane) {
        const int64_t row = rows[static_cast<size_t>(tile * word + lane)];
        if (row < 0) continue;
        const int64_t memory_row = tile * out.beats + beat;
        int8_t* slots =
            reinterpret_cast<int8_t*>(out.weights.data()) + (memory_row * word + lane) * point.gemm_depth;
        for (int g = 0; g < groups; ++g) {
          for (int i = 0; i < p.n; ++i) slots[i * groups + g] = reader.value(row, beat * groups + g, i);
          if (out.index_bits != 0)
            out.ranks[static_cast<size_t>((memory_row * groups + g) * word + lane)] =
                reader.rank(row, beat * groups + g);
        }
      }
    }
  }
  pack_channels(matrix, rows, out);
  for (const int64_t row : rows) out.rows += row >= 0;
  const auto stored_groups = static_cast<uint64_t>((matrix.inner + p.m - 1) / p.m);
  out.weight_bytes = out.rows * (p.dense() ? static_cast<uint64_t>(matrix.inner)
                                           : stored_groups * static_cast<uint64_t>(p.n));
  out.index_bytes = (out.rows * stored_groups * static_cast<uint64_t>(out.index_bits) + 7) / 8;
  return out;
}

void append_rows(std::vector<int64_t>& rows, int64_t first, int64_t count, int64_t word) {
  for (int64_t i = 0; i < tiles_of(count, word) * word; ++i) rows.push_back(i < count ? first + i : -1);
}

std::vector<uint8_t> pack_ranks(std::span<const uint16_t> ranks, int bits, int beat_bytes) {
  const size_t total = ranks.size() * static_cast<size_t>(bits), beat = 8 * static_cast<size_t>(beat_bytes);
  std::vector<uint8_t> bytes((total + beat - 1) / beat * static_cast<size_t>(beat_bytes), 0);
  size_t at = 0;
  for (const uint16_t rank : ranks) {
    for (int i = 0; i < bits; ++i, ++at)
      bytes[at / 8] = static_cast<uint8_t>(bytes[at / 8] | (rank >> i & 1) << at % 8);
  }
  return bytes;
}

}  // namespace scansim
