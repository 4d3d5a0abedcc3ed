// The loops of word_steps.h for one kind of vector. Included only by the builds with instructions of their
// own, in which nothing may have a name that another build shares: everything is forced inline or in the
// anonymous namespace (ctest: vector_builds).
//   Vector: element, words (of them), elements (how many), operand_bits; table (looks a word of indices up);
//   load and store of 8 or 16 bits an element; readouts and load_readouts (C as add_products takes it), sums
//   (of C.h', in words of their own); sum and total of the elements; spread<S> (elements / S integers, each S
//   times)
#pragma once
#include <cstring>
#include <type_traits>

#include "hls/scan/scan_serial.h"

namespace scansim {
namespace {

// Words of S states of elements / S lanes; S 0: of the states of one lane.
template <class Vector, int S, class Operand, class State>
[[gnu::always_inline]] inline void word_of_lanes(const hls::step_row<Operand, State>& row,
                                                 const hls::scan_constants& k, uint64_t& saturated) {
  using words = typename Vector::words;
  constexpr int elements = Vector::elements, lanes = elements / S;
  const typename Vector::table table(k);
  using element = typename Vector::element;
  alignas(64) Operand b_of_lanes[elements], c_of_lanes[elements];
  for (int i = 0; i < elements; ++i) b_of_lanes[i] = row.b[i % S], c_of_lanes[i] = row.c[i % S];
  const words b = Vector::load(b_of_lanes), c = Vector::load(c_of_lanes);
  words clipped{};
  for (int lane = 0; lane < row.lanes; lane += lanes) {
    const words dt2 = Vector::template spread<S>(reinterpret_cast<const int32_t*>(row.dt2 + lane));
    const words du = Vector::template spread<S>(row.du + lane);
    State* h = row.h + lane * S;
    const words state = hls::next_state<words>(dt2, du, Vector::load(row.a + lane * S), b, Vector::load(h), k,
                                               table, clipped);
    Vector::store(h, state);
    alignas(64) element products[elements];
    std::memcpy(products, &(const words&)(c * state), sizeof products);
    for (int i = 0; i < lanes; ++i) {
      element sum = 0;
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
  using readouts = typename Vector::readouts;
  const Operand *b_row, *c_row;
  words b_kept{};
  readouts c_kept{};

  [[gnu::always_inline]] token_words(const Operand* b, const Operand* c) : b_row(b), c_row(c) {
    if constexpr (Words == 1) b_kept = Vector::load(b), c_kept = Vector::load_readouts(c);
  }
  [[gnu::always_inline]] words b(int n) const {
    if constexpr (Words == 1) return b_kept;
    return Vector::load(b_row + n);
  }
  [[gnu::always_inline]] readouts c(int n) const {
    if constexpr (Words == 1) return c_kept;
    return Vector::load_readouts(c_row + n);
  }
};

// Words of one lane. Four lanes are added up together, which takes fewer steps than each alone.
template <class Vector, int Words, class Operand, class State>
[[gnu::always_inline]] inline void words_of_lane(const hls::step_row<Operand, State>& row,
                                                 const hls::scan_constants& k, uint64_t& saturated) {
  using words = typename Vector::words;
  using element = typename Vector::element;
  constexpr int elements = Vector::elements;
  const typename Vector::table table(k);
  const token_words<Vector, Words, Operand> token(row.b, row.c);
  const int states = Words != 0 ? Words * elements : row.states;
  words clipped{};
  // C.h' of `Lanes` lanes. All is read before anything is written, so that their steps can overlap.
  const auto products = [&]<int Lanes>(std::integral_constant<int, Lanes>, int lane,
                                       typename Vector::sums* sums) __attribute__((always_inline)) {
    for (int n = 0; n < states; n += elements) {
      words a[Lanes], h[Lanes];
      for (int i = 0; i < Lanes; ++i) {
        const int at = (lane + i) * states + n;
        a[i] = Vector::load(row.a + at), h[i] = Vector::load(row.h + at);
      }
      for (int i = 0; i < Lanes; ++i)
        h[i] = hls::next_state<words>(static_cast<element>(row.dt2[lane + i]),
                                      static_cast<element>(row.du[lane + i]), a[i], token.b(n), h[i], k,
                                      table, clipped);
      for (int i = 0; i < Lanes; ++i) {
        Vector::store(row.h + (lane + i) * states + n, h[i]);
        sums[i] = Vector::add_products(sums[i], token.c(n), h[i]);
      }
    }
  };
  int lane = 0;
  for (; lane + 4 <= row.lanes; lane += 4) {
    int64_t before[4] = {};
    if (row.before != nullptr)
      std::memcpy(before, row.before + lane, sizeof before);  // may be the sums themselves
    typename Vector::sums sums[4] = {};
    products(std::integral_constant<int, 4>{}, lane, sums);
    Vector::store_totals(row.sums + lane, sums[0], sums[1], sums[2], sums[3]);
    if (row.before != nullptr)
      for (int i = 0; i < 4; ++i) row.sums[lane + i] += before[i];
  }
  for (; lane < row.lanes; ++lane) {
    typename Vector::sums sum{};
    products(std::integral_constant<int, 1>{}, lane, &sum);
    row.sums[lane] = (row.before != nullptr ? row.before[lane] : 0) + Vector::total(sum);
  }
  saturated += static_cast<uint64_t>(Vector::sum(clipped));
}

template <class Vector, class Operand, class State>
[[gnu::always_inline]] inline void steps_with(const hls::step_row<Operand, State>& row,
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
template <class Vector, class Operand, class State>
inline void steps_of_row(const hls::step_row<Operand, State>& given_row, const hls::scan_constants& given,
                         uint64_t& saturated) {
  constexpr hls::scan_constants usual(hls::widths{Vector::operand_bits, 16, 16, 64}, 0);
  const hls::step_row<Operand, State> row = given_row;
  hls::scan_constants k = usual;
  k.exponent_shift = given.exponent_shift;  // a tile's
  if (given == k) return steps_with<Vector>(row, k, saturated);
  k = given;
  steps_with<Vector>(row, k, saturated);
}

}  // namespace
}  // namespace scansim
