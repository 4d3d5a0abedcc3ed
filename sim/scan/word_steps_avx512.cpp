// word_steps.h with AVX-512: 16 states a word, the table of the decay in five registers.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "sim/scan/decay_table_avx512.h"
#include "sim/scan/word_steps_builds.h"
#include "sim/scan/word_steps_loop.h"

namespace scansim {
namespace {

struct vector_512 {
  using element = int32_t;
  using words = words_512;
  using readouts = __m256i;  // 16 bits an element
  using sums = __m256i;      // 32 bits a pair of elements
  static constexpr int elements = avx512_elements, operand_bits = 8;

  using table = decay_table;
  [[gnu::always_inline]] static words load(const int8_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static words load(const int16_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
  }
  [[gnu::always_inline]] static readouts load_readouts(const int8_t* from) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  [[gnu::always_inline]] static readouts load_readouts(const int16_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  [[gnu::always_inline]] static __m256i packed(words value) {
    return _mm512_cvtepi32_epi16(hls::word_cast<__m512i>(value));
  }
  [[gnu::always_inline]] static void store(int16_t* to, words value) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), packed(value));
  }
  [[gnu::always_inline]] static int32_t sum(words value) {
    return _mm512_reduce_add_epi32(hls::word_cast<__m512i>(value));
  }
  // Products of pairs of neighbours, added to `before`.
  [[gnu::always_inline]] static sums add_products(sums before, readouts c, words state) {
    return _mm256_add_epi32(before, _mm256_madd_epi16(c, packed(state)));
  }
  [[gnu::always_inline]] static int32_t total(sums value) {
    const __m128i half = _mm_add_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
    const __m128i pair = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(pair, _mm_shuffle_epi32(pair, 0xb1)));
  }
  // Of each, as four integers of 64 bits.
  [[gnu::always_inline]] static void store_totals(int64_t* to, sums first, sums second, sums third,
                                                  sums fourth) {
    const auto halves = [](__m256i a, __m256i b) {
      return _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    };
    const __m256i low = halves(first, second), high = halves(third, fourth);
    const __m256i pairs =
        _mm256_add_epi32(_mm256_unpacklo_epi64(low, high), _mm256_unpackhi_epi64(low, high));
    const __m128i totals = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepi32_epi64(totals));
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
