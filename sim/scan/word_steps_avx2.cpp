// word_steps.h with AVX2: 8 states a word, the table of the decay gathered from memory.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "sim/scan/vector_words.h"
#include "sim/scan/word_steps_builds.h"
#include "sim/scan/word_steps_loop.h"

namespace scansim {
namespace {

struct vector_256 {
  using words = words_256;
  static constexpr int elements = avx2_elements;

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
  // States fit 16 bits: packing them with saturation changes none.
  [[gnu::always_inline]] static void store(int16_t* to, words value) {
    const auto whole = hls::word_cast<__m256i>(value);
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(whole, whole), 0x08);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
  }
  [[gnu::always_inline]] static void store(int32_t* to, words value) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), hls::word_cast<__m256i>(value));
  }
  [[gnu::always_inline]] static int32_t sum(words value) {
    const auto whole = hls::word_cast<__m256i>(value);
    const __m128i half = _mm_add_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    const __m128i pair = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(pair, _mm_shuffle_epi32(pair, 0xb1)));
  }
  // Of each, as four integers of 64 bits.
  [[gnu::always_inline]] static void store_sums(int64_t* to, words first, words second, words third,
                                                words fourth) {
    const auto halves = [](words a, words b) {
      return _mm256_hadd_epi32(hls::word_cast<__m256i>(a), hls::word_cast<__m256i>(b));
    };
    const __m256i quarters = _mm256_hadd_epi32(halves(first, second), halves(third, fourth));
    const __m128i sums =
        _mm_add_epi32(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256(quarters, 1));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepi32_epi64(sums));
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
