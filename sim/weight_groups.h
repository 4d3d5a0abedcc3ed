// The weight rows in the beats of a params descriptor with w4 (sim/PROGRAM.md, section 2): groups of one beat
// of multipliers and DP/2 beats of nibbles per row. The one statement of that order in C++; the arithmetic is
// hls/gemm/weight_w4.h.
// Contract: beats of W bytes, `word` = W; rows of W * DP bytes, `depth` = DP. A row that the beats cut short
// is none.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hls/gemm/weight_w4.h"

namespace scansim {

struct weight_group_shape {
  int word = 0, depth = 0;
  int row_beats() const { return depth / 2; }
  size_t row_bytes() const { return static_cast<size_t>(word) * static_cast<size_t>(depth); }
};

// visit(multipliers, nibbles, last) for every row: its two parts and the number of its last beat. Returns
// whether the beats end with a group.
template <class Visit>
bool for_each_w4_row(std::span<const uint8_t> beats, const weight_group_shape& shape, Visit visit) {
  const int64_t count = static_cast<int64_t>(beats.size()) / shape.word;
  const auto at = [&](int64_t beat) { return beats.data() + beat * shape.word; };
  int64_t beat = 0;
  while (beat < count) {
    const uint8_t* multipliers = at(beat++);
    for (int row = 0; row < hls::w4_rows(multipliers); ++row, beat += shape.row_beats()) {
      if (beat + shape.row_beats() > count) return false;
      visit(multipliers, at(beat), beat + shape.row_beats() - 1);
    }
  }
  return true;
}

// Appends the s8 row, [lane][slot].
inline void append_expanded(const uint8_t* multipliers, const uint8_t* nibbles,
                            const weight_group_shape& shape, std::vector<uint8_t>& rows) {
  for (int at = 0; at < shape.word * shape.depth; ++at)
    rows.push_back(static_cast<uint8_t>(hls::expand_w4(hls::unpack_w4(nibbles[at / 2], at % 2),
                                                       hls::w4_multiplier(multipliers[at / shape.depth]))));
}

// The row's beats of nibbles; `row`: [lane][slot], values of 4 bits.
inline void append_packed(std::span<const int8_t> row, std::vector<uint8_t>& beats) {
  for (size_t at = 0; at < row.size(); at += 2)
    beats.push_back(static_cast<uint8_t>((row[at] & 15) | (row[at + 1] & 15) << 4));
}

}  // namespace scansim
