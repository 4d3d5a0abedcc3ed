// exp_pwl: decay a = 2^-e by a shift and a piecewise-linear fraction.
//
// e unsigned, 18 fraction bits, rounded up by the caller: it stands for (e - 1, e], by their middle.
//   0, no step           a = 1
//   1 .. 2^22            e - 1 = I + (1 - f); i the top bits of f, r the rest; m the line of segment i at r
//                        (exp_line.h); a = m if I = 0, else round_shift(m >> I, 9) * 2^9
//   to exponent_beyond   a = 0; a caller may cut off there
// f counts from the end of the unit interval, so that a rises with it. Beyond the first whole 16 fraction
// bits are enough.
//
// Result unsigned with 25 fraction bits, 0..2^25. Latency and rounding are those of
// rtl/nonlin/ssm_exp_pwl.sv. The last segment, the slow decays, has 16 lines: rate -log2 a within 1e-3 of e
// from 2^-12 on (64 segments). Worst absolute error against 2^-e: 64 segments 1.3e-5 below e = 16,
// 32: 4.1e-5, 16: 1.6e-4, 8: 5.7e-4, mean of a segment below 1e-6 (tests/hls, exhaustive).
#pragma once
#include "hls/nonlin/exp_line.h"
#include "hls/nonlin/pwl_tables.h"
#include "hls/words.h"

namespace scansim::hls {

inline constexpr uint32_t exponent_beyond = 2u << exponent_bits;  // beyond 16: 2^-e is below 2^-16

constexpr const uint32_t* exp_pwl_table(int segments) {
  return segments == 64   ? exp_pwl_table_64
         : segments == 32 ? exp_pwl_table_32
         : segments == 16 ? exp_pwl_table_16
                          : exp_pwl_table_8;
}

// The word of a segment, in the last one that of its line: `fine` counts lines of all segments. The last rows
// are those lines, row i is the row of segment i: the larger of two indices, so that no element takes a way
// of its own.
inline uint32_t exp_word(const uint32_t* table, int32_t segment, int32_t fine, int32_t last) {
  const int32_t slow = fine - (exp_slow_lines - 1) * last;
  const int32_t row = segment > slow ? segment : slow;  // a value: of two names it would be a place
  return table[row];
}

// `table` = exp_pwl_table(segments), or what has an exp_word of its own, for every element of a word;
// `index_bits` = log2(segments). Word: signed, of 32 bits an element (hls/words.h). The argument is -e: its
// low bits are f, and a host rounds e up by a shift of -e.
template <class Word, class Table>
[[gnu::always_inline]] inline Word exp_pwl_of_fall(Word fall, const Table& table, int index_bits) {
  using Unsigned = unsigned_word<Word>;
  const int residual_bits = exponent_lsb - index_bits;
  const auto whole = word_cast<Unsigned>(~(fall >> exponent_lsb) & 31);
  const auto fraction = word_cast<Unsigned>(fall & ((1 << exponent_lsb) - 1));
  const auto segment = word_cast<Word>(fraction >> residual_bits);
  const auto fine = word_cast<Word>(fraction >> (residual_bits - exp_slow_bits));
  const Unsigned residual = fraction & ((1u << residual_bits) - 1);
  const Unsigned mantissa =
      exp_mantissa<Unsigned>(exp_word(table, segment, fine, (1 << index_bits) - 1), residual);
  const Unsigned shifted = mantissa >> whole;
  const Unsigned decay = whole == 0 ? shifted : (shifted + 256) & ~511u;
  return word_cast<Word>(fall == 0 ? 1u << exp_frac : fall < -(1 << exponent_bits) ? 0u : decay);
}

template <class Table>
inline int32_t exp_pwl(uint32_t e, const Table& table, int index_bits) {
  return exp_pwl_of_fall(static_cast<int32_t>(0 - e), table, index_bits);
}

}  // namespace scansim::hls
