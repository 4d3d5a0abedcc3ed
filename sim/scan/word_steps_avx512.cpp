// word_steps.h with AVX-512: 16 states a word, the table of the decay in five registers.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "sim/scan/vector_words.h"
#include "sim/scan/word_steps_builds.h"
#include "sim/scan/word_steps_loop.h"

namespace scansim {
namespace {

struct vector_512 {
  using words = words_512;
  static constexpr int elements = avx512_elements;

  // The rows of exp_segments, at most 64, and the lines of the last.
  struct table {
    unsigned_words_512 rows[4], lines;
    [[gnu::always_inline]] explicit table(const hls::scan_constants& k) {
      const int segments = 1 << k.index_bits;
      for (int i = 0; i < 4; ++i) {
        const int left = segments - elements * i;
        rows[i] = loaded(k.table + elements * i, left < 0 ? 0 : left < elements ? left : elements);
      }
      lines = loaded(k.table + segments - 1, elements);
    }
    [[gnu::always_inline]] static unsigned_words_512 loaded(const uint32_t* from, int count) {
      const auto mask = static_cast<__mmask16>((1 << count) - 1);
      return hls::word_cast<unsigned_words_512>(_mm512_maskz_loadu_epi32(mask, from));
    }
    // A look-up takes the low bits of its index.
    [[gnu::always_inline]] friend unsigned_words_512 exp_word(const table& of, words segment, words fine,
                                                              int last) {
      const auto at = hls::word_cast<unsigned_words_512>(segment);
      const unsigned_words_512 low = __builtin_shuffle(of.rows[0], of.rows[1], at);
      const unsigned_words_512 high = __builtin_shuffle(of.rows[2], of.rows[3], at);
      const unsigned_words_512 line = __builtin_shuffle(of.lines, hls::word_cast<unsigned_words_512>(fine));
      return segment == last ? line : segment < 2 * elements ? low : high;
    }
  };
  static_assert(elements == hls::exp_slow_lines);

  [[gnu::always_inline]] static words load(const int8_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static words load(const int16_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
  }
  [[gnu::always_inline]] static void store(int16_t* to, words value) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm512_cvtepi32_epi16(hls::word_cast<__m512i>(value)));
  }
  [[gnu::always_inline]] static void store(int32_t* to, words value) {
    _mm512_storeu_si512(to, hls::word_cast<__m512i>(value));
  }
  [[gnu::always_inline]] static int32_t sum(words value) {
    return _mm512_reduce_add_epi32(hls::word_cast<__m512i>(value));
  }
  // Of each, as four integers of 64 bits.
  [[gnu::always_inline]] static void store_sums(int64_t* to, words first, words second, words third,
                                                words fourth) {
    const auto halves = [](words a, words b) {
      const auto x = hls::word_cast<__m512i>(a), y = hls::word_cast<__m512i>(b);
      return _mm512_add_epi32(_mm512_unpacklo_epi32(x, y), _mm512_unpackhi_epi32(x, y));
    };
    const __m512i low = halves(first, second), high = halves(third, fourth);
    const __m512i quarters =
        _mm512_add_epi32(_mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
    const __m256i pairs =
        _mm256_add_epi32(_mm512_castsi512_si256(quarters), _mm512_extracti64x4_epi64(quarters, 1));
    const __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepi32_epi64(sums));
  }
  template <int S>
  [[gnu::always_inline]] static words spread(const int32_t* from) {
    constexpr auto mask = static_cast<__mmask16>((1 << (elements / S)) - 1);
    words index{};
    for (int i = 0; i < elements; ++i) index[i] = i / S;
    return __builtin_shuffle(hls::word_cast<words>(_mm512_maskz_loadu_epi32(mask, from)), index);
  }
};

}  // namespace

void word_steps_avx512(const hls::step_row<int8_t, int16_t>& row, const hls::scan_constants& k,
                       uint64_t& saturated) {
  steps_of_row<vector_512>(row, k, saturated);
}

void word_steps_avx512(const hls::step_row<int16_t, int16_t>& row, const hls::scan_constants& k,
                       uint64_t& saturated) {
  steps_of_row<vector_512>(row, k, saturated);
}

}  // namespace scansim
#endif
