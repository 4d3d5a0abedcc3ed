// word_steps.h with AVX2: 8 states a word, the table of the decay gathered from memory.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "sim/scan/vector_words.h"
#include "sim/scan/word_steps_builds.h"
#include "sim/scan/word_steps_loop.h"

namespace scansim {
namespace {

struct vector_256 {
  using element = int32_t;
  using words = words_256;
  using readouts = __m128i;  // 16 bits an element
  using sums = __m128i;      // 32 bits a pair of elements
  static constexpr int elements = avx2_elements, operand_bits = 8;

  struct table {
    const int* rows;
    [[gnu::always_inline]] explicit table(const hls::scan_constants& k)
        : rows(reinterpret_cast<const int*>(k.table)) {}
    [[gnu::always_inline]] friend unsigned_words_256 exp_word(const table& of, words segment, words fine,
                                                              int last) {
      const words slow = fine - (hls::exp_slow_lines - 1) * last;
      const words index = segment > slow ? segment : slow;
      return hls::word_cast<unsigned_words_256>(
          _mm256_i32gather_epi32(of.rows, hls::word_cast<__m256i>(index), sizeof *of.rows));
    }
  };

  [[gnu::always_inline]] static words load(const int8_t* from) {
    return hls::word_cast<words>(
        _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static words load(const int16_t* from) {
    return hls::word_cast<words>(
        _mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static readouts load_readouts(const int8_t* from) {
    return _mm_cvtepi8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  }
  [[gnu::always_inline]] static readouts load_readouts(const int16_t* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  }
  // States fit 16 bits: packing them with saturation changes none.
  [[gnu::always_inline]] static __m128i packed(words value) {
    const auto whole = hls::word_cast<__m256i>(value);
    return _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
  }
  [[gnu::always_inline]] static void store(int16_t* to, words value) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), packed(value));
  }
  [[gnu::always_inline]] static int32_t sum(words value) {
    const auto whole = hls::word_cast<__m256i>(value);
    return total(_mm_add_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1)));
  }
  // Products of pairs of neighbours, added to `before`.
  [[gnu::always_inline]] static sums add_products(sums before, readouts c, words state) {
    return _mm_add_epi32(before, _mm_madd_epi16(c, packed(state)));
  }
  [[gnu::always_inline]] static int32_t total(sums value) {
    const __m128i pair = _mm_add_epi32(value, _mm_shuffle_epi32(value, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(pair, _mm_shuffle_epi32(pair, 0xb1)));
  }
  // Of each, as four integers of 64 bits.
  [[gnu::always_inline]] static void store_totals(int64_t* to, sums first, sums second, sums third,
                                                  sums fourth) {
    const __m128i totals = _mm_hadd_epi32(_mm_hadd_epi32(first, second), _mm_hadd_epi32(third, fourth));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepi32_epi64(totals));
  }
  template <int S>
  [[gnu::always_inline]] static words spread(const int32_t* from) {
    words mask{}, index{};
    for (int i = 0; i < elements; ++i) mask[i] = i < elements / S ? -1 : 0, index[i] = i / S;
    const __m256i loaded = _mm256_maskload_epi32(from, hls::word_cast<__m256i>(mask));
    return hls::word_cast<words>(_mm256_permutevar8x32_epi32(loaded, hls::word_cast<__m256i>(index)));
  }
};

}  // namespace

void word_steps_avx2(const hls::step_row<int8_t, int16_t>& row, const hls::scan_constants& k,
                     uint64_t& saturated) {
  steps_of_row<vector_256>(row, k, saturated);
}

void word_steps_avx2(const hls::step_row<int16_t, int16_t>& row, const hls::scan_constants& k,
                     uint64_t& saturated) {
  steps_of_row<vector_256>(row, k, saturated);
}

}  // namespace scansim
#endif
