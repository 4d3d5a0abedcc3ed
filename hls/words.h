// What a leaf's arithmetic is written over. A word is an integer; where a host computes several at once, a
// vector of them that takes the same operators, element by element (?: too), so that one text is the
// arithmetic of both.
//   word_types<W>: signed_word, unsigned_word of W's size; element, the integer that W is or is made of;
//   exponent_word, signed of 32 bits an element, with to_exponent() and from_exponent(); of 32 bits:
//   wide_word, as many of 64, widen() and narrow() between them, and product(), the wide word of two signed
//   ones
// A vector of 32 bits an element has even_bytes(), odd_bytes(), which are halves of elements, and
// sum_of_products() of two such, an element each.
// `c ? a : b` of two names is a place and not a value, which keeps a compiler from vectorising: one side is
// made a value.
// A host specialises it for its vectors (sim/scan/vector_words.h); the synthesizable top uses
// integers alone.
#pragma once
#include <cstdint>

namespace scansim::hls {

template <class Element, class Signed, class Unsigned>
struct integer_types {
  using element = Element;
  using signed_word = Signed;
  using unsigned_word = Unsigned;
  using exponent_word = int32_t;
  using wide_word = int64_t;
  static constexpr wide_word widen(Element word) { return word; }
  static constexpr Element narrow(wide_word word) { return static_cast<Element>(word); }
  static constexpr wide_word product(Element a, Element b) { return widen(a) * widen(b); }
  static constexpr exponent_word to_exponent(Element word) { return static_cast<exponent_word>(word); }
  static constexpr Element from_exponent(exponent_word word) { return static_cast<Element>(word); }
};

template <class Word>
struct word_types;
template <>
struct word_types<int16_t> : integer_types<int16_t, int16_t, uint16_t> {};
template <>
struct word_types<int32_t> : integer_types<int32_t, int32_t, uint32_t> {};
template <>
struct word_types<uint32_t> : integer_types<uint32_t, int32_t, uint32_t> {};
template <>
struct word_types<int64_t> : integer_types<int64_t, int64_t, uint64_t> {};
template <>
struct word_types<uint64_t> : integer_types<uint64_t, int64_t, uint64_t> {};

template <class Word>
using signed_word = typename word_types<Word>::signed_word;
template <class Word>
using unsigned_word = typename word_types<Word>::unsigned_word;

template <class Word>
using wide_word = typename word_types<Word>::wide_word;

// The word in another type of its size, or an integer in any type: what static_cast is for integers.
template <class To, class From>
[[gnu::always_inline]] constexpr To word_cast(From word) {
  return To(word);
}

}  // namespace scansim::hls
