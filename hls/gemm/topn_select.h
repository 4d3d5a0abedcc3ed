// topn_select: of a group of m values the n of largest magnitude, in order of rising position.
//   value i stays when fewer than n values j have |v_j| > |v_i|, or |v_j| = |v_i| and j < i
// Contract: m <= 16, 1 <= n <= m; ties go to the lower position, |-128| = 128. All m^2 comparisons are
// independent, as in hardware. `kept` and `positions` receive exactly n entries.
#pragma once
#include <cstdint>

#include "hls/gemm/nm_format.h"

namespace scansim::hls {

inline void topn_select(const int16_t* v, int m, int n, int16_t* kept, uint8_t* positions) {
  int32_t magnitude[max_nm_group];
  for (int i = 0; i < m; ++i) magnitude[i] = v[i] < 0 ? -int32_t{v[i]} : int32_t{v[i]};
  int out = 0;
  for (int i = 0; i < m; ++i) {
    int beaten = 0;
    for (int j = 0; j < m; ++j) {
      beaten += j < i ? magnitude[j] >= magnitude[i] : magnitude[j] > magnitude[i];
    }
    if (beaten < n) {
      kept[out] = v[i];
      positions[out++] = static_cast<uint8_t>(i);
    }
  }
}

}  // namespace scansim::hls
