#include <algorithm>

#include "hls/gemm/nm_format.h"
#include "hls/gemm/weight_w4.h"
#include "host/operators/quantised_gemm.h"
#include "models/sparsity/nm_compress.h"

namespace scansim {

namespace {

uint32_t bits_at(const std::vector<uint8_t>& bytes, uint64_t at, int bits) {
  uint32_t value = 0;
  for (int i = 0; i < bits; ++i, ++at) value |= (uint32_t{bytes[at / 8]} >> at % 8 & 1U) << i;
  return value;
}

// `k` beyond the matrix meets a filled-up zero; any multiplier will do.
int8_t expand(const quantised_linear& w, int64_t row, int64_t k, int8_t stored) {
  if (w.multiplier.empty()) return stored;
  const auto per_row = static_cast<int64_t>(w.multiplier.size()) / w.w.rows();
  const int64_t group = std::min<int64_t>(k / hls::w4_group, per_row - 1);
  return hls::expand_w4(stored, w.multiplier[static_cast<size_t>(row * per_row + group)]);
}

}  // namespace

gemm_weights stored_weights(const quantised_linear& w, const nm_pattern& pattern) {
  const int64_t rows = w.w.rows(), inner = w.w.cols();
  const std::span<const int8_t> stored(w.w4.empty() ? w.w.data() : w.w4.data(),
                                       static_cast<size_t>(rows * inner));
  gemm_weights out;
  if (pattern.dense()) {
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t k = 0; k < inner; ++k)
        out.values.push_back(expand(w, row, k, stored[static_cast<size_t>(row * inner + k)]));
    return out;
  }
  const auto packed = compress_nm<int8_t>(stored, rows, inner, pattern, nm_side::inputs);
  const int bits = hls::nm_index_bits(pattern.n, pattern.m);
  out.groups = static_cast<int>((inner + pattern.m - 1) / pattern.m);
  out.positions.resize(packed.values.size());
  out.values.resize(packed.values.size());
  uint64_t bit = 0;
  size_t at = 0;
  for (int64_t row = 0; row < rows; ++row) {
    for (int group = 0; group < out.groups; ++group, bit += static_cast<uint64_t>(bits)) {
      hls::nm_unrank(bits_at(packed.indices, bit, bits), pattern.n, pattern.m, out.positions.data() + at);
      for (int i = 0; i < pattern.n; ++i, ++at)
        out.values[at] = expand(w, row, int64_t{group} * pattern.m + out.positions[at], packed.values[at]);
    }
  }
  return out;
}

nlohmann::json weight_storage(int64_t rows, int64_t inner, const nm_pattern& pattern, int weight_bits) {
  nm_storage bytes = storage_of(rows, inner, pattern, nm_side::inputs, weight_bits);
  if (pattern.dense()) bytes.value_bytes = bytes.dense_bytes;  // no groups, so no padding
  const auto multipliers =
      static_cast<uint64_t>(weight_bits == 8 ? 0 : rows * ((inner + hls::w4_group - 1) / hls::w4_group));
  return {{"dense_int8_bytes", rows * inner},
          {"dense_bytes", bytes.dense_bytes},
          {"value_bytes", bytes.value_bytes},
          {"index_bytes", bytes.index_bytes},
          {"index_bits_per_group", pattern.dense() ? 0 : hls::nm_index_bits(pattern.n, pattern.m)},
          {"multiplier_bytes", multipliers},
          {"total_bytes", bytes.value_bytes + bytes.index_bytes + multipliers}};
}

}  // namespace scansim
