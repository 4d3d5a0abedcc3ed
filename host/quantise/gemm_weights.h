// The weights of a gemm as they are stored: N of every M values and one index a group, 4-bit values with a
// multiplier per 128 k. Contract: what comes back is exactly what was stored; bytes are those of the packed
// form. How the machine's memory holds them is host/program/base/pack_gemm.h.
#pragma once
#include <cstdint>
#include <vector>

#include "host/quantise/quantised_linear.h"
#include "traces/nm_pattern.h"

namespace scansim {

struct gemm_weights {               // row after row
  int groups = 0;                   // per row
  std::vector<int8_t> values;       // rows * groups * N, or rows * K if dense; s8, or 4 bits with multipliers
  std::vector<uint8_t> positions;   // inside their groups; empty if dense
  std::vector<uint8_t> multiplier;  // rows * ceil(K / 128) of 4-bit weights, else empty
};

// Weights through storage: compressed, then unranked.
gemm_weights stored_weights(const quantised_linear& w, const nm_pattern& pattern);
// What the array gets: 4-bit weights multiplied out.
gemm_weights expanded_weights(const quantised_linear& w, const nm_pattern& pattern);

// Bytes that (rows, inner) weights take: dense at 8 bits and at their own, then as stored.
struct weight_storage {
  uint64_t dense_int8 = 0, dense = 0;
  uint64_t values = 0, index = 0, multipliers = 0;
  uint64_t index_bits_per_group = 0;  // 0: dense

  uint64_t total() const { return values + index + multipliers; }
};
weight_storage storage_of_weights(int64_t rows, int64_t inner, const nm_pattern& pattern, int weight_bits);

}  // namespace scansim
