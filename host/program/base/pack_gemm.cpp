#include "host/program/base/pack_gemm.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "hls/gemm/nm_format.h"
#include "host/program/base/tile_order.h"
#include "sim/gemm/gemm_streams.h"
#include "sim/weight_groups.h"
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
  // Of 4-bit weights, for values from `k` on; 1 beyond the matrix.
  int multiplier(int64_t row, int64_t k) const {
    const auto groups = static_cast<int64_t>(matrix_.weights.multiplier.size()) / matrix_.rows();
    const int64_t group = k / hls::w4_group;
    return group < groups ? matrix_.weights.multiplier[static_cast<size_t>(row * groups + group)] : 1;
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

// The rows of one tile of output lanes, one behind the other, as bytes of the weight memory's stream.
class row_packer {
 public:
  row_packer(const gemm_matrix& matrix, const nm_pattern& pattern, const design_point& point,
             packed_gemm& out)
      : reader_(matrix, pattern),
        pattern_(pattern),
        depth_(point.gemm_depth),
        groups_(groups_of(pattern, point)),
        group_rows_(hls::w4_group / (groups_ * pattern.m)),
        out_(out) {}

  void pack(std::span<const int64_t> lanes, int beat) {
    if (out_.w4 && beat % group_rows_ == 0) append_multipliers(lanes, beat);
    row_.assign(lanes.size() * static_cast<size_t>(depth_), 0);
    for (size_t lane = 0; lane < lanes.size(); ++lane)
      if (lanes[lane] >= 0) place(lanes[lane], lane, beat);
    if (out_.index_bits != 0) append_ranks(lanes, beat);
    if (out_.w4)
      append_packed(row_, out_.weights);
    else
      out_.weights.insert(out_.weights.end(), row_.begin(), row_.end());
  }

 private:
  void place(int64_t row, size_t lane, int beat) {
    int8_t* slots = row_.data() + lane * static_cast<size_t>(depth_);
    for (int g = 0; g < groups_; ++g)
      for (int i = 0; i < pattern_.n; ++i)
        slots[i * groups_ + g] = reader_.value(row, int64_t{beat} * groups_ + g, i);
  }
  void append_multipliers(std::span<const int64_t> lanes, int beat) {
    std::vector<uint8_t> beat_bytes;
    for (const int64_t row : lanes) {
      const int m = row < 0 ? 1 : reader_.multiplier(row, int64_t{beat} * groups_ * pattern_.m);
      beat_bytes.push_back(static_cast<uint8_t>(m));
    }
    hls::set_w4_rows(beat_bytes.data(), std::min(group_rows_, out_.beats - beat));
    out_.weights.insert(out_.weights.end(), beat_bytes.begin(), beat_bytes.end());
  }
  void append_ranks(std::span<const int64_t> lanes, int beat) {
    for (int g = 0; g < groups_; ++g)
      for (const int64_t row : lanes)
        out_.ranks.push_back(row < 0 ? uint16_t{0} : reader_.rank(row, int64_t{beat} * groups_ + g));
  }

  const group_reader reader_;
  const nm_pattern pattern_;
  const int depth_, groups_, group_rows_;
  packed_gemm& out_;
  std::vector<int8_t> row_;
};

// What the rows with a source take at least.
void count_stored(const gemm_matrix& matrix, std::span<const int64_t> rows, packed_gemm& out) {
  for (const int64_t row : rows) out.rows += row >= 0;
  const weight_storage bytes =
      storage_of_weights(static_cast<int64_t>(out.rows), matrix.inner, matrix.pattern, out.w4 ? 4 : 8);
  out.weight_bytes = bytes.values + bytes.multipliers;
  out.index_bytes = bytes.index;
}

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
  out.w4 = !matrix.weights.multiplier.empty();
  row_packer packer(matrix, p, point, out);
  for (int tile = 0; tile < out.tiles; ++tile)
    for (int beat = 0; beat < out.beats; ++beat)
      packer.pack(
          rows.subspan(static_cast<size_t>(tile) * static_cast<size_t>(word), static_cast<size_t>(word)),
          beat);
  pack_channels(matrix, rows, out);
  count_stored(matrix, rows, out);
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
