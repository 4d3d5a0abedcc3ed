#include "host/quantise/gemm_weights.h"

#include <algorithm>

#include "hls/gemm/nm_format.h"
#include "hls/gemm/weight_w4.h"
#include "models/sparsity/nm_compress.h"

namespace scansim {

namespace {

uint32_t bits_at(const std::vector<uint8_t>& bytes, uint64_t at, int bits) {
  uint32_t value = 0;
  for (int i = 0; i < bits; ++i, ++at) value |= (uint32_t{bytes[at / 8]} >> at % 8 & 1U) << i;
  return value;
}

}  // namespace

gemm_weights stored_weights(const quantised_linear& w, const nm_pattern& pattern) {
  const int64_t rows = w.w.rows(), inner = w.w.cols();
  const std::span<const int8_t> stored(w.w4.empty() ? w.w.data() : w.w4.data(),
                                       static_cast<size_t>(rows * inner));
  gemm_weights out;
  out.multiplier = w.multiplier;
  if (pattern.dense()) {
    out.values.assign(stored.begin(), stored.end());
    return out;
  }
  auto packed = compress_nm<int8_t>(stored, rows, inner, pattern, nm_side::inputs);
  const int bits = hls::nm_index_bits(pattern.n, pattern.m);
  out.groups = static_cast<int>((inner + pattern.m - 1) / pattern.m);
  out.values = std::move(packed.values);
  out.positions.resize(out.values.size());
  uint64_t bit = 0;
  for (size_t at = 0; at < out.positions.size();
       at += static_cast<size_t>(pattern.n), bit += static_cast<uint64_t>(bits))
    hls::nm_unrank(bits_at(packed.indices, bit, bits), pattern.n, pattern.m, out.positions.data() + at);
  return out;
}

gemm_weights expanded_weights(const quantised_linear& w, const nm_pattern& pattern) {
  gemm_weights out = stored_weights(w, pattern);
  if (out.multiplier.empty()) return out;
  const int64_t rows = w.w.rows(), per_row = static_cast<int64_t>(out.values.size()) / rows;
  const int64_t groups = static_cast<int64_t>(out.multiplier.size()) / rows;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < per_row; ++i) {
      const auto at = static_cast<size_t>(row * per_row + i);
      const int64_t k = out.positions.empty() ? i : i / pattern.n * pattern.m + out.positions[at];
      // A zero that fills up the last group may lie beyond the matrix; any multiplier will do.
      const int64_t group = std::min(k / hls::w4_group, groups - 1);
      out.values[at] =
          hls::expand_w4(out.values[at], out.multiplier[static_cast<size_t>(row * groups + group)]);
    }
  }
  out.multiplier.clear();
  return out;
}

weight_storage storage_of_weights(int64_t rows, int64_t inner, const nm_pattern& pattern, int weight_bits) {
  const nm_storage bytes = storage_of(rows, inner, pattern, nm_side::inputs, weight_bits);
  weight_storage kept;
  kept.dense_int8 = static_cast<uint64_t>(rows * inner);
  kept.dense = bytes.dense_bytes;
  kept.values = pattern.dense() ? bytes.dense_bytes : bytes.value_bytes;  // no groups, so no padding
  kept.index = bytes.index_bytes;
  if (!pattern.dense())
    kept.index_bits_per_group = static_cast<uint64_t>(hls::nm_index_bits(pattern.n, pattern.m));
  if (weight_bits != 8)
    kept.multipliers = static_cast<uint64_t>(rows * ((inner + hls::w4_group - 1) / hls::w4_group));
  return kept;
}

}  // namespace scansim
