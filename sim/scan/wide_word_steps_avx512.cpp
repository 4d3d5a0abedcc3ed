// word_steps.h with AVX-512 for any operands and states: 8 states a word, of 64 bits each.
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include "sim/scan/decay_table_avx512.h"
#include "sim/scan/word_steps_builds.h"
#include "sim/scan/word_steps_loop.h"

namespace scansim {
namespace {

struct wide_vector_512 {
  using element = int64_t;
  using words = wide_words_512;
  using readouts = words;
  using sums = words;
  static constexpr int elements = wide_avx512_elements, operand_bits = 16;
  using table = decay_table;

  [[gnu::always_inline]] static words load(const int8_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static words load(const int32_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
  }
  [[gnu::always_inline]] static words load(const int16_t* from) {
    return hls::word_cast<words>(
        _mm512_cvtepi16_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
  [[gnu::always_inline]] static readouts load_readouts(const int8_t* from) { return load(from); }
  [[gnu::always_inline]] static readouts load_readouts(const int16_t* from) { return load(from); }
  [[gnu::always_inline]] static void store(int32_t* to, words value) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm512_cvtepi64_epi32(hls::word_cast<__m512i>(value)));
  }
  [[gnu::always_inline]] static void store(int16_t* to, words value) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi64_epi16(hls::word_cast<__m512i>(value)));
  }
  [[gnu::always_inline]] static sums add_products(sums before, readouts c, words state) {
    const __m512i products = _mm512_mul_epi32(hls::word_cast<__m512i>(c), hls::word_cast<__m512i>(state));
    return before + hls::word_cast<sums>(products);
  }
  [[gnu::always_inline]] static int64_t sum(words value) {
    return _mm512_reduce_add_epi64(hls::word_cast<__m512i>(value));
  }
  [[gnu::always_inline]] static int64_t total(sums value) { return sum(value); }
  [[gnu::always_inline]] static void store_totals(int64_t* to, sums first, sums second, sums third,
                                                  sums fourth) {
    // Pairs of lanes side by side, then the quarters of each.
    const auto halves = [](sums a, sums b) {
      const auto x = hls::word_cast<__m512i>(a), y = hls::word_cast<__m512i>(b);
      const __m512i quarters = _mm512_add_epi64(_mm512_unpacklo_epi64(x, y), _mm512_unpackhi_epi64(x, y));
      return _mm256_add_epi64(_mm512_castsi512_si256(quarters), _mm512_extracti64x4_epi64(quarters, 1));
    };
    const __m256i low = halves(first, second), high = halves(third, fourth);
    const __m256i totals = _mm256_add_epi64(_mm256_permute2x128_si256(low, high, 0x20),
                                            _mm256_permute2x128_si256(low, high, 0x31));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), totals);
  }
  template <int S>
  [[gnu::always_inline]] static words spread(const int32_t* from) {
    constexpr auto mask = static_cast<__mmask8>((1 << (elements / S)) - 1);
    words_256 index{};
    for (int i = 0; i < elements; ++i) index[i] = i / S;
    const __m256i loaded = _mm256_maskz_loadu_epi32(mask, from);
    return hls::word_cast<words>(
        _mm512_cvtepi32_epi64(_mm256_permutexvar_epi32(hls::word_cast<__m256i>(index), loaded)));
  }
};

}  // namespace

template <class Operand, class State>
void wide_word_steps_avx512(const hls::step_row<Operand, State>& row, const hls::scan_constants& k,
                            uint64_t& saturated) {
  steps_of_row<wide_vector_512>(row, k, saturated);
}

template void wide_word_steps_avx512(const hls::step_row<int16_t, int16_t>&, const hls::scan_constants&,
                                     uint64_t&);
template void wide_word_steps_avx512(const hls::step_row<int8_t, int32_t>&, const hls::scan_constants&,
                                     uint64_t&);
template void wide_word_steps_avx512(const hls::step_row<int16_t, int32_t>&, const hls::scan_constants&,
                                     uint64_t&);

}  // namespace scansim
#endif
