// hadamard_matrix: the +-1 matrices H_m of order 1, 12, 20, 28, 40, built at compile time.
//   order q + 1 (q = 11, 19), Paley I:  H[i][j] = -1 if i = j >= 1, else -chi(i - j) for i, j >= 1
//   order 28, Paley II, q = 13:         C (x) [1 1; 1 -1] + I (x) [1 -1; -1 -1],  C the conference matrix of
//   13 order 40:                           [1 1; 1 -1] (x) H_20
// chi = quadratic character modulo q. Contract: row and column 0 are +1 (columns, then rows negated);
// H H^T = m I. H_12 and H_20 are not symmetric: the inverse of H is H^T / m.
#pragma once
#include <cstdint>

namespace scansim::hls {

inline constexpr int max_hadamard_order = 40;

struct hadamard_matrix {
  uint64_t negative[max_hadamard_order];  // bit j of word i: H[i][j] = -1
};

constexpr bool is_hadamard_order(int m) { return m == 1 || m == 12 || m == 20 || m == 28 || m == 40; }

constexpr int quadratic_character(int a, int q) {
  a = (a % q + q) % q;
  if (a == 0) return 0;
  for (int i = 1; i < q; ++i) {
    if (i * i % q == a) return 1;
  }
  return -1;
}

constexpr hadamard_matrix hadamard_paley_one(int q) {
  hadamard_matrix h{};
  for (int i = 1; i <= q; ++i) {
    for (int j = 1; j <= q; ++j) {
      if (i == j || quadratic_character(i - j, q) == 1) h.negative[i] |= uint64_t{1} << j;
    }
  }
  return h;
}

// Element of C (x) [1 1; 1 -1] + I (x) [1 -1; -1 -1] of order 2 (q + 1).
constexpr int paley_two_element(int i, int j, int q) {
  const int row = i / 2, column = j / 2;
  const bool both_odd = i % 2 == 1 && j % 2 == 1;
  if (row == column) return i % 2 == 0 && j % 2 == 0 ? 1 : -1;
  const int c = row == 0 || column == 0 ? 1 : quadratic_character(row - column, q);
  return both_odd ? -c : c;
}

constexpr hadamard_matrix hadamard_paley_two(int q) {
  hadamard_matrix h{};
  for (int i = 0; i < 2 * (q + 1); ++i) {
    for (int j = 0; j < 2 * (q + 1); ++j) {
      const int corner = paley_two_element(0, 0, q);
      const int value = paley_two_element(i, j, q) * paley_two_element(i, 0, q) * paley_two_element(0, j, q);
      if (value * corner < 0) h.negative[i] |= uint64_t{1} << j;
    }
  }
  return h;
}

constexpr hadamard_matrix hadamard_doubled(const hadamard_matrix& half, int m) {
  hadamard_matrix h{};
  const uint64_t all = (uint64_t{1} << m) - 1;
  for (int i = 0; i < m; ++i) {
    h.negative[i] = half.negative[i] | half.negative[i] << m;
    h.negative[m + i] = half.negative[i] | (~half.negative[i] & all) << m;
  }
  return h;
}

inline constexpr hadamard_matrix hadamard_1{};
inline constexpr hadamard_matrix hadamard_12 = hadamard_paley_one(11);
inline constexpr hadamard_matrix hadamard_20 = hadamard_paley_one(19);
inline constexpr hadamard_matrix hadamard_28 = hadamard_paley_two(13);
inline constexpr hadamard_matrix hadamard_40 = hadamard_doubled(hadamard_20, 20);

constexpr const hadamard_matrix& hadamard_of_order(int m) {
  return m == 12   ? hadamard_12
         : m == 20 ? hadamard_20
         : m == 28 ? hadamard_28
         : m == 40 ? hadamard_40
                   : hadamard_1;
}

// H[i][j] of H_m (x) H_{2^log2}: +1 or -1.
constexpr int hadamard_element(int m, int log2, int i, int j) {
  const uint64_t outer = hadamard_of_order(m).negative[i >> log2] >> (j >> log2) & 1u;
  uint32_t inner = static_cast<uint32_t>(i & j) & ((1u << log2) - 1);
  for (int s = 16; s > 0; s /= 2) inner ^= inner >> s;
  return ((outer ^ inner) & 1u) != 0 ? -1 : 1;
}

}  // namespace scansim::hls
