// nm_format: the set of N kept positions of a group of M as one number, its rank in the combinatorial number
// system.
//   rank(p_0 < p_1 < ... < p_{n-1}) = sum_i C(p_i, i + 1),   0 <= rank < C(M, N)
// Contract: M in {4, 8, 16}, 1 <= N <= M; nm_index_bits(n, m) = ceil(log2 C(M, N)) bits hold it, and no code
// of sets is shorter. unrank of a rank that is too large gives N rising positions all the same, as the RTL
// does. It does not pack bits and does not choose which weights stay (topn_select, models/sparsity).
#pragma once
#include <cstdint>

namespace scansim::hls {

inline constexpr int max_nm_group = 16;

struct binomial_table {
  uint32_t value[max_nm_group + 1][max_nm_group + 1];  // [p][i] = C(p, i)
};

constexpr binomial_table pascal_triangle() {
  binomial_table t{};
  for (int p = 0; p <= max_nm_group; ++p) {
    t.value[p][0] = 1;
    for (int i = 1; i <= p; ++i) t.value[p][i] = t.value[p - 1][i - 1] + t.value[p - 1][i];
  }
  return t;
}

inline constexpr binomial_table binomials = pascal_triangle();

// C(p, i) for 0 <= p, i <= 16; zero for i > p.
constexpr uint32_t binomial(int p, int i) { return binomials.value[p][i]; }

constexpr int nm_index_bits(int n, int m) {
  int bits = 0;
  while ((uint32_t{1} << bits) < binomial(m, n)) ++bits;
  return bits;
}

// Bits of one position inside a group, as the array sees it.
constexpr int nm_position_bits(int m) { return m == 4 ? 2 : m == 8 ? 3 : 4; }

constexpr uint32_t nm_rank(const uint8_t* positions, int n) {
  uint32_t rank = 0;
  for (int i = 0; i < n; ++i) rank += binomial(positions[i], i + 1);
  return rank;
}

constexpr void nm_unrank(uint32_t rank, int n, int m, uint8_t* positions) {
  uint32_t rest = rank;
  int left = n;
  for (int p = m - 1; p >= 0; --p) {
    if (left > 0 && binomial(p, left) <= rest) {
      rest -= binomial(p, left);
      positions[--left] = static_cast<uint8_t>(p);
    }
  }
}

}  // namespace scansim::hls
