// The loops of word_steps.h for one kind of vector. Included only by the builds with instructions of their
// own, in which nothing may have a name that another build shares: everything is forced inline or in the
// anonymous namespace (ctest: vector_builds).
//   Vector: words (of int32_t), elements, table (looks a word of indices up), load and store of 8 or 16 bits
//   an element, sum of the elements, spread<S> (elements / S integers, each S times)
#pragma once
#include <cstring>

#include "hls/scan/scan_serial.h"

namespace scansim {
namespace {

// Words of S states of elements / S lanes; S 0: of the states of one lane.
template <class Vector, int S, class Operand>
[[gnu::always_inline]] inline void word_of_lanes(const hls::step_row<Operand, int16_t>& row,
                                                 const hls::scan_constants& k, uint64_t& saturated) {
  using words = typename Vector::words;
  constexpr int elements = Vector::elements, lanes = elements / S;
  const typename Vector::table table(k);
  alignas(64) Operand b_of_lanes[elements], c_of_lanes[elements];
  for (int i = 0; i < elements; ++i) b_of_lanes[i] = row.b[i % S], c_of_lanes[i] = row.c[i % S];
  const words b = Vector::load(b_of_lanes), c = Vector::load(c_of_lanes);
  words clipped{};
  for (int lane = 0; lane < row.lanes; lane += lanes) {
    const words dt2 = Vector::template spread<S>(reinterpret_cast<const int32_t*>(row.dt2 + lane));
    const words du = Vector::template spread<S>(row.du + lane);
    int16_t* h = row.h + lane * S;
    const words state =
        hls::next_state<words>(hls::word_cast<hls::unsigned_word<words>>(dt2), du,
                               Vector::load(row.a + lane * S), b, Vector::load(h), k, table, clipped);
    Vector::store(h, state);
    alignas(64) int32_t products[elements];
    Vector::store(products, c * state);
    for (int i = 0; i < lanes; ++i) {
      int32_t sum = 0;
      for (int n = 0; n < S; ++n) sum += products[i * S + n];
      row.sums[lane + i] = (row.before != nullptr ? row.before[lane + i] : 0) + sum;
    }
  }
  saturated += static_cast<uint64_t>(Vector::sum(clipped));
}

// B and C of the token, whose one word is kept in registers where a lane has one; Words: of a lane, 0 for a
// number at run time.
template <class Vector, int Words, class Operand>
struct token_words {
  using words = typename Vector::words;
  const Operand *b_row, *c_row;
  words b_kept{}, c_kept{};

  [[gnu::always_inline]] token_words(const Operand* b, const Operand* c) : b_row(b), c_row(c) {
    if constexpr (Words == 1) b_kept = Vector::load(b), c_kept = Vector::load(c);
  }
  [[gnu::always_inline]] words b(int n) const {
    if constexpr (Words == 1) return b_kept;
    return Vector::load(b_row + n);
  }
  [[gnu::always_inline]] words c(int n) const {
    if constexpr (Words == 1) return c_kept;
    return Vector::load(c_row + n);
  }
};

// Words of one lane. Four lanes are added up together, which takes fewer steps than each alone.
template <class Vector, int Words, class Operand>
[[gnu::always_inline]] inline void words_of_lane(const hls::step_row<Operand, int16_t>& row,
                                                 const hls::scan_constants& k, uint64_t& saturated) {
  using words = typename Vector::words;
  constexpr int elements = Vector::elements;
  const typename Vector::table table(k);
  const token_words<Vector, Words, Operand> token(row.b, row.c);
  const int states = Words != 0 ? Words * elements : row.states;
  words clipped{};
  // C.h' of one lane, element by element.
  const auto products = [&](int lane) __attribute__((always_inline)) {
    words sum{};
    for (int n = 0; n < states; n += elements) {
      const int at = lane * states + n;
      const words state = hls::next_state<words>(row.dt2[lane], row.du[lane], Vector::load(row.a + at),
                                                 token.b(n), Vector::load(row.h + at), k, table, clipped);
      Vector::store(row.h + at, state);
      sum += token.c(n) * state;
    }
    return sum;
  };
  int lane = 0;
  for (; lane + 4 <= row.lanes; lane += 4) {
    int64_t before[4] = {};
    if (row.before != nullptr)
      std::memcpy(before, row.before + lane, sizeof before);  // may be the sums themselves
    const words first = products(lane), second = products(lane + 1), third = products(lane + 2);
    Vector::store_sums(row.sums + lane, first, second, third, products(lane + 3));
    if (row.before != nullptr)
      for (int i = 0; i < 4; ++i) row.sums[lane + i] += before[i];
  }
  for (; lane < row.lanes; ++lane)
    row.sums[lane] = (row.before != nullptr ? row.before[lane] : 0) + Vector::sum(products(lane));
  saturated += static_cast<uint64_t>(Vector::sum(clipped));
}

template <class Vector, class Operand>
[[gnu::always_inline]] inline void steps_with(const hls::step_row<Operand, int16_t>& row,
                                              const hls::scan_constants& k, uint64_t& saturated) {
  constexpr int elements = Vector::elements;
  if (row.states == elements) return words_of_lane<Vector, 1>(row, k, saturated);
  if (row.states % elements == 0) return words_of_lane<Vector, 0>(row, k, saturated);
  if (row.states == 1) return word_of_lanes<Vector, 1>(row, k, saturated);
  if (row.states == 2) return word_of_lanes<Vector, 2>(row, k, saturated);
  if (row.states == 4) return word_of_lanes<Vector, 4>(row, k, saturated);
  if constexpr (elements > 8) word_of_lanes<Vector, 8>(row, k, saturated);
}

// The shifts of the shipped design points as constants. Copies, which no store to the states or the sums can
// change.
template <class Vector, class Operand>
inline void steps_of_row(const hls::step_row<Operand, int16_t>& given_row, const hls::scan_constants& given,
                         uint64_t& saturated) {
  constexpr hls::scan_constants usual(hls::widths{8, 16, 16, 64}, 0);
  const hls::step_row<Operand, int16_t> row = given_row;
  hls::scan_constants k = given;
  if (k.index_bits != usual.index_bits) return steps_with<Vector>(row, k, saturated);
  k = usual;
  k.exponent_shift = given.exponent_shift;  // a tile's
  steps_with<Vector>(row, k, saturated);
}

}  // namespace
}  // namespace scansim
