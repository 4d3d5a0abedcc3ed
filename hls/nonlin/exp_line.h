// exp_line: the line of one word of an exp table, apart from the tables that are fitted with it.
//   m = ((base << 9) + 192 + slope * r) >> 4      25 fraction bits, below 1
// base (u20, frac 20) in the low bits of the word, slope (u11, frac 11) above; r: the rest of the
// argument behind the segment's index, frac 18. 192 rounds, and aims the slow segment at 1 (pwl_fit.cpp).
// That segment, the last, has one slope and exp_slow_lines bases, chosen by the top bits of r; r counts from
// the segment's start for all of them.
#pragma once
#include "hls/formats.h"

namespace scansim::hls {

inline constexpr int exp_base_bits = 20;
inline constexpr int exp_slope_bits = 11;
inline constexpr int exp_slow_bits = 4;
inline constexpr int exp_slow_lines = 1 << exp_slow_bits;
inline constexpr int exp_base_shift = 9;  // of base to the fraction bits of slope * r
inline constexpr int exp_line_shift = 4;  // from there to those of m
inline constexpr uint32_t exp_line_offset = 192;

// Word: of 32 bits an element (hls/words.h).
template <class Word>
[[gnu::always_inline]] inline Word exp_mantissa(Word word, Word residual) {
  const Word base = word & ((1u << exp_base_bits) - 1);
  return ((base << exp_base_shift) + exp_line_offset + (word >> exp_base_bits) * residual) >> exp_line_shift;
}

}  // namespace scansim::hls
