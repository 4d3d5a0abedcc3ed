// silu_pwl: sigmoid by 128 segments of width 1/8 on [0, 16) and symmetry, silu(z) = z * sigmoid(z) with z
// exact.
//   x = z aligned to 12 fraction bits, saturated to 17 bits; sigmoid unsigned, 16 fraction bits, 1 at |x|
//   = 16 sigmoid(|x|) = base[i] + (slope[i] * r >> 10);  sigmoid(-x) = 1 - sigmoid(x) silu = round_shift(z *
//   sigmoid, operand_bits - 1): 18 bits signed, fraction bits frac_z + 17 - operand_bits
// A linear gate is z in the format of silu, as if the sigmoid were 1.
// Worst absolute error of sigmoid 1.4e-4 (tests/hls, exhaustive).
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int sigmoid_one_from = 16 << x_frac;
inline constexpr uint32_t sigmoid_segments = 128;

// The table by row; a host may look rows up for every element of a word.
struct sigmoid_rows {
  uint32_t operator[](uint32_t segment) const { return sigmoid_pwl_table[segment]; }
};

// Word: of 32 bits an element (hls/words.h).
template <class Word, class Rows = sigmoid_rows>
[[gnu::always_inline]] inline Word sigmoid_pwl(Word x, const Rows& rows = {}) {
  using Unsigned = unsigned_word<Word>;
  const auto magnitude = word_cast<Unsigned>(x < 0 ? -x : x);
  // No branch, so that elements take no way of their own: beyond the table any segment will do.
  const Unsigned whole = magnitude >> 9;
  const Unsigned word = rows[whole < sigmoid_segments ? whole : Unsigned{} + (sigmoid_segments - 1)];
  const auto curve = word_cast<Word>((word & 0x3ffffu) + (((word >> 18) * (magnitude & 511u)) >> 10));
  const Word value =
      magnitude < static_cast<uint32_t>(sigmoid_one_from) ? curve : Word{} + (1 << sigmoid_frac);
  return x < 0 ? (1 << sigmoid_frac) - value : value;
}

template <class Word, class Rows = sigmoid_rows>
[[gnu::always_inline]] inline Word silu_gate(Word z, Word x, int operand_bits, const Rows& rows = {}) {
  using types = word_types<Word>;
  return types::narrow(round_shift(types::product(z, sigmoid_pwl(x, rows)), operand_bits - 1));
}

template <class Word>
[[gnu::always_inline]] inline Word linear_gate(Word z, int operand_bits) {
  return z * (1 << (sigmoid_frac + 1 - operand_bits));
}

}  // namespace scansim::hls
