// The vectors that hls arithmetic is instantiated on (hls/words.h): 8 and 16 integers of 32 bits, 8 of 64.
// Types alone: how they are loaded and looked up is each build's own (word_steps_avx2.cpp,
// word_steps_avx512.cpp).
#pragma once
#include <immintrin.h>

#include "hls/words.h"

namespace scansim {

using words_256 = int32_t __attribute__((vector_size(32)));
using unsigned_words_256 = uint32_t __attribute__((vector_size(32)));
using words_512 = int32_t __attribute__((vector_size(64)));
using unsigned_words_512 = uint32_t __attribute__((vector_size(64)));
using wide_words_512 = int64_t __attribute__((vector_size(64)));
using half_words_256 = int16_t __attribute__((vector_size(32)));
using half_words_512 = int16_t __attribute__((vector_size(64)));
using unsigned_wide_words_512 = uint64_t __attribute__((vector_size(64)));

}  // namespace scansim

namespace scansim::hls {

template <>
struct word_types<words_256> {
  using element = int32_t;
  using signed_word = words_256;
  using unsigned_word = unsigned_words_256;
  using exponent_word = words_256;
  using wide_word = wide_words_512;
#ifdef __AVX2__
  [[gnu::always_inline]] static half_words_256 even_bytes(words_256 word) {
    return (word_cast<half_words_256>(word) << 8) >> 8;
  }
  [[gnu::always_inline]] static half_words_256 odd_bytes(words_256 word) {
    return word_cast<half_words_256>(word) >> 8;
  }
  [[gnu::always_inline]] static words_256 sum_of_products(half_words_256 a, half_words_256 b) {
    return word_cast<words_256>(_mm256_madd_epi16(word_cast<__m256i>(a), word_cast<__m256i>(b)));
  }
  [[gnu::always_inline]] static words_256 to_exponent(words_256 word) { return word; }
  [[gnu::always_inline]] static words_256 from_exponent(words_256 word) { return word; }
#endif
#ifdef __AVX512F__  // g++ 12 makes three instructions of its own conversions
  [[gnu::always_inline]] static wide_word widen(words_256 word) {
    return word_cast<wide_word>(_mm512_cvtepi32_epi64(word_cast<__m256i>(word)));
  }
  [[gnu::always_inline]] static words_256 narrow(wide_word word) {
    return word_cast<words_256>(_mm512_cvtepi64_epi32(word_cast<__m512i>(word)));
  }
  [[gnu::always_inline]] static wide_word product(words_256 a, words_256 b) {
    return word_cast<wide_word>(_mm512_mul_epi32(word_cast<__m512i>(widen(a)), word_cast<__m512i>(widen(b))));
  }
#endif
};
template <>
struct word_types<unsigned_words_256> : word_types<words_256> {
  using element = uint32_t;
};

template <>
struct word_types<words_512> {
  using element = int32_t;
  using signed_word = words_512;
  using unsigned_word = unsigned_words_512;
  using exponent_word = words_512;
#ifdef __AVX512BW__
  [[gnu::always_inline]] static half_words_512 even_bytes(words_512 word) {
    return (word_cast<half_words_512>(word) << 8) >> 8;
  }
  [[gnu::always_inline]] static half_words_512 odd_bytes(words_512 word) {
    return word_cast<half_words_512>(word) >> 8;
  }
  [[gnu::always_inline]] static words_512 sum_of_products(half_words_512 a, half_words_512 b) {
    return word_cast<words_512>(_mm512_madd_epi16(word_cast<__m512i>(a), word_cast<__m512i>(b)));
  }
  [[gnu::always_inline]] static words_512 to_exponent(words_512 word) { return word; }
  [[gnu::always_inline]] static words_512 from_exponent(words_512 word) { return word; }
#endif
};
template <>
struct word_types<unsigned_words_512> : word_types<words_512> {
  using element = uint32_t;
};

template <>
struct word_types<wide_words_512> {
  using element = int64_t;
  using signed_word = wide_words_512;
  using unsigned_word = unsigned_wide_words_512;
  using exponent_word = words_256;
#ifdef __AVX512F__
  [[gnu::always_inline]] static words_256 to_exponent(wide_words_512 word) {
    return word_types<words_256>::narrow(word);
  }
  [[gnu::always_inline]] static wide_words_512 from_exponent(words_256 word) {
    return word_types<words_256>::widen(word);
  }
#endif
};

}  // namespace scansim::hls
