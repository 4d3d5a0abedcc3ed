// softplus_pwl: dt = log(1 + e^x), 192 segments of width 1/8 on [-16, 8); dt = x above.
//   x signed 17 bits, 12 fraction bits; dt unsigned 26 bits, 22 fraction bits
//   dt = base[i] + (slope[i] * r >> 8), i = (x + 16) / (1/8), r the rest (9 bits)
// Relative error <= 1.9e-3 for x >= -8; below that the last fraction bit (2.4e-7) adds to it (tests/hls,
// exhaustive).
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/pwl_tables.h"

namespace scansim::hls {

inline constexpr int softplus_linear_from = 8 << x_frac;  // x at and above which softplus(x) = x
inline constexpr uint32_t softplus_segments = 192;

// The tables by row; a host may look rows up for every element of a word.
template <class Word>
struct softplus_line {
  Word base, slope;
};
struct softplus_rows {
  softplus_line<uint32_t> operator[](uint32_t segment) const {
    return {softplus_pwl_base[segment], softplus_pwl_slope[segment]};
  }
};

// Word: of 32 bits an element (hls/words.h).
template <class Word, class Rows = softplus_rows>
[[gnu::always_inline]] inline Word softplus_pwl(Word x, const Rows& rows = {}) {
  using Unsigned = unsigned_word<Word>;
  // No branch, so that elements take no way of their own: beyond the table any segment will do.
  const auto offset = word_cast<Unsigned>(x + (16 << x_frac));
  const Unsigned whole = offset >> 9;
  const Unsigned segment = whole < softplus_segments ? whole : Unsigned{} + (softplus_segments - 1);
  const softplus_line<Unsigned> line = rows[segment];
  const Unsigned rise = (line.slope * (offset & 511u)) >> 8;
  const auto curve = word_cast<Word>(line.base + rise);
  return x >= softplus_linear_from ? x * (1 << (dt_frac - x_frac)) : curve;
}

}  // namespace scansim::hls
