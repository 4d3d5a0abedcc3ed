// The table of the decay in five registers of AVX-512. Included only by builds with these instructions.
#pragma once
#include <immintrin.h>

#include "hls/scan/scan_serial.h"
#include "sim/scan/vector_words.h"

namespace scansim {
namespace {

// The rows of exp_segments, at most 64, and the lines of the last.
struct decay_table {
  static constexpr int row_words = 16;
  unsigned_words_512 rows[4], lines;
  [[gnu::always_inline]] explicit decay_table(const hls::scan_constants& k) {
    const int segments = 1 << k.index_bits;
    for (int i = 0; i < 4; ++i) {
      const int left = segments - row_words * i;
      rows[i] = loaded(k.table + row_words * i, left < 0 ? 0 : left < row_words ? left : row_words);
    }
    lines = loaded(k.table + segments - 1, row_words);
  }
  [[gnu::always_inline]] static unsigned_words_512 loaded(const uint32_t* from, int count) {
    const auto mask = static_cast<__mmask16>((1 << count) - 1);
    return hls::word_cast<unsigned_words_512>(_mm512_maskz_loadu_epi32(mask, from));
  }
  // A look-up takes the low bits of its index.
  [[gnu::always_inline]] friend unsigned_words_512 exp_word(const decay_table& of, words_512 segment,
                                                            words_512 fine, int last) {
    const auto at = hls::word_cast<unsigned_words_512>(segment);
    const unsigned_words_512 low = __builtin_shuffle(of.rows[0], of.rows[1], at);
    const unsigned_words_512 high = __builtin_shuffle(of.rows[2], of.rows[3], at);
    const unsigned_words_512 row = segment < 2 * row_words ? low : high;
    const __mmask16 slow = _mm512_cmpeq_epi32_mask(hls::word_cast<__m512i>(segment), _mm512_set1_epi32(last));
    return hls::word_cast<unsigned_words_512>(
        _mm512_mask_permutexvar_epi32(hls::word_cast<__m512i>(row), slow, hls::word_cast<__m512i>(fine),
                                      hls::word_cast<__m512i>(of.lines)));
  }
  // Of eight elements.
  [[gnu::always_inline]] friend unsigned_words_256 exp_word(const decay_table& of, words_256 segment,
                                                            words_256 fine, int last) {
    const auto whole = [](words_256 half) {
      return hls::word_cast<words_512>(_mm512_castsi256_si512(hls::word_cast<__m256i>(half)));
    };
    const unsigned_words_512 found = exp_word(of, whole(segment), whole(fine), last);
    return hls::word_cast<unsigned_words_256>(_mm512_castsi512_si256(hls::word_cast<__m512i>(found)));
  }
};
static_assert(decay_table::row_words == hls::exp_slow_lines);

}  // namespace
}  // namespace scansim
