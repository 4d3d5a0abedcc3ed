// The loop of the vector builds of gemm_lanes.h (ctest: vector_builds).
//   a beat's slots as words of four bytes an element, x repeated for every lane; lane = sum of depth / 4
//   elements
// Vector: words (of int32_t); repeated<Quarters>(x), x for as many lanes as a word holds; even and odd
// elements of two words, one behind the other.
#pragma once
#include <immintrin.h>

#include <array>
#include <cstring>

#include "sim/gemm/gemm_lanes.h"

namespace scansim {
namespace {

constexpr int most_slots = 32, shuffled_slots = 16;

// Where slot i * groups + g takes its x from, for 2^row groups of slots / groups values; the sign bit: from
// nowhere.
struct slot_order {
  int8_t from[shuffled_slots];
};
constexpr slot_order order_of(int n, int groups) {
  slot_order order{};
  for (int slot = 0; slot < shuffled_slots; ++slot)
    order.from[slot] = static_cast<int8_t>(slot < n * groups ? slot % groups * n + slot / groups : -128);
  return order;
}
// By log2 of n and of the groups.
constexpr std::array<std::array<slot_order, 5>, 5> slot_orders = [] {
  std::array<std::array<slot_order, 5>, 5> orders{};
  for (int n = 0; n < 5; ++n)
    for (int groups = 0; n + groups < 5; ++groups) orders[n][groups] = order_of(1 << n, 1 << groups);
  return orders;
}();

// x in the order of the slots, zero beyond the last of a group. Reads depth bytes of x.
template <int Quarters>
[[gnu::always_inline]] inline void order_by_slot(const gemm_lane_beat& beat, int8_t* slots) {
  if constexpr (4 * Quarters <= shuffled_slots) {
    __m128i x{};
    std::memcpy(&x, beat.x, 4 * Quarters);
    const slot_order& order =
        slot_orders[static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(beat.n)))]
                   [static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(beat.groups)))];
    __m128i from;
    std::memcpy(&from, order.from, sizeof from);
    x = _mm_shuffle_epi8(x, from);
    std::memcpy(slots, &x, sizeof x);
  } else {
    for (int i = 0; i < beat.n; ++i)
      for (int g = 0; g < beat.groups; ++g) slots[i * beat.groups + g] = beat.x[g * beat.m + i];
  }
}

// Halves the elements of each lane until one is left; `count` words, of whole lanes.
template <class Vector, int Quarters>
[[gnu::always_inline]] inline void add_lanes(typename Vector::words* sums, int count, int32_t* acc) {
  if constexpr (Quarters > 1) {
    for (int i = 0; i < count / 2; ++i)
      sums[i] = Vector::even(sums[2 * i], sums[2 * i + 1]) + Vector::odd(sums[2 * i], sums[2 * i + 1]);
    add_lanes<Vector, Quarters / 2>(sums, count / 2, acc);
  } else {
    for (int i = 0; i < count; ++i) {
      typename Vector::words before;
      int32_t* to = acc + i * static_cast<int>(sizeof before / sizeof *acc);
      std::memcpy(&before, to, sizeof before);
      before += sums[i];
      std::memcpy(to, &before, sizeof before);
    }
  }
}

// Quarters: depth / 4.
template <class Vector, int Quarters>
[[gnu::always_inline]] inline void dense_words(const gemm_lane_beat& beat, int32_t* acc) {
  using words = typename Vector::words;
  constexpr int elements = sizeof(words) / sizeof(int32_t);
  alignas(64) int8_t slots[most_slots] = {};
  order_by_slot<Quarters>(beat, slots);
  const words x = Vector::template repeated<Quarters>(slots);
  words sums[max_gemm_lanes * Quarters / elements];
  const int count = beat.lanes * Quarters / elements;
  for (int i = 0; i < count; ++i) {
    words w;
    std::memcpy(&w, beat.w + i * static_cast<int>(sizeof w), sizeof w);
    sums[i] = hls::dot_packed(x, w);
  }
  if (beat.lanes % elements == 0) return add_lanes<Vector, Quarters>(sums, count, acc);
  alignas(64) int32_t parts[max_gemm_lanes * Quarters];
  std::memcpy(parts, sums, static_cast<size_t>(beat.lanes) * Quarters * sizeof *parts);
  for (int lane = 0; lane < beat.lanes; ++lane)
    for (int i = 0; i < Quarters; ++i) acc[lane] += parts[lane * Quarters + i];
}

template <class Vector>
[[gnu::always_inline]] inline void dense_words_of(const gemm_lane_beat& beat, int32_t* acc) {
  if (beat.depth == 4) return dense_words<Vector, 1>(beat, acc);
  if (beat.depth == 8) return dense_words<Vector, 2>(beat, acc);
  if (beat.depth == 16) return dense_words<Vector, 4>(beat, acc);
  dense_words<Vector, 8>(beat, acc);
}

}  // namespace
}  // namespace scansim
