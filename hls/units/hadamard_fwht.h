// hadamard_fwht: fast Walsh-Hadamard transform of one row of n = m 2^log2 values, m in {1, 12, 20, 28, 40}.
//   y = requantise( (H_m (x) H_{2^log2}) x, shift ),   index i = a 2^log2 + b
// First log2 butterfly stages over b, nearest neighbours first, then H_m over a
// (hls/units/hadamard_matrix.h). Contract: sums exact, so width of x + ceil(log2 n) <= 32; n <= 8192; y may
// be x. Adds: n (log2 + m - 1). 1/sqrt(n) is not applied: it is part of the shift and of the scale of what
// follows. requantise_values alone is what the unit does without rotation.
#pragma once
#include "hls/gemm/requantise.h"
#include "hls/units/hadamard_matrix.h"

namespace scansim::hls {

inline constexpr int max_hadamard_size = 8192;

inline void hadamard_butterflies(int32_t* v, int n, int log2) {
  for (int stage = 0; stage < log2; ++stage) {
    const int span = 1 << stage;
    for (int first = 0; first < n; first += 2 * span) {
      for (int b = first; b < first + span; ++b) {
        const int32_t low = v[b], high = v[b + span];
        v[b] = low + high;
        v[b + span] = low - high;
      }
    }
  }
}

// H_m over a, `lanes` columns b at a time.
inline void hadamard_across(int32_t* v, int m, int log2) {
  constexpr int lanes = 16;
  const hadamard_matrix& h = hadamard_of_order(m);
  const int columns = 1 << log2;
  const int width = columns < lanes ? columns : lanes;  // both powers of two: no rest
  for (int first = 0; first < columns; first += lanes) {
    int32_t column[max_hadamard_order][lanes] = {};
    for (int a = 0; a < m; ++a) {
      for (int b = 0; b < width; ++b) column[a][b] = v[(a << log2) + first + b];
    }
    for (int row = 0; row < m; ++row) {
      int32_t sum[lanes] = {};
      for (int a = 0; a < m; ++a) {
        // (v ^ -1) + 1 = -v without a branch.
        const auto sign = -static_cast<int32_t>(h.negative[row] >> a & 1u);
        for (int b = 0; b < lanes; ++b) sum[b] += (column[a][b] ^ sign) - sign;
      }
      for (int b = 0; b < width; ++b) v[(row << log2) + first + b] = sum[b];
    }
  }
}

inline void requantise_values(int32_t* y, int n, int shift, int bits, unit_saturations& sat) {
  uint64_t count = 0;
  for (int i = 0; i < n; ++i) {
    bool clipped = false;
    y[i] = requantise_flagged(y[i], shift, bits, clipped);
    count += clipped;
  }
  sat.hadamard += count;
}

inline void hadamard_fwht(const int32_t* x, int32_t* y, int m, int log2, int shift, int bits,
                          unit_saturations& sat) {
  const int n = m << log2;
  for (int i = 0; i < n; ++i) y[i] = x[i];
  hadamard_butterflies(y, n, log2);
  if (m > 1) hadamard_across(y, m, log2);
  requantise_values(y, n, shift, bits, sat);
}

}  // namespace scansim::hls
