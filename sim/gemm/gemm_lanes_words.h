// The loop of the vector builds of gemm_lanes.h (ctest: vector_builds). Words: of int32_t.
//   a beat's slots as words of four bytes an element, x repeated for every lane; lane = sum of depth / 4
//   elements
#pragma once
#include <cstring>

#include "sim/gemm/gemm_lanes.h"

namespace scansim {
namespace {

// x in the order of the slots, zero beyond the last of a group.
[[gnu::always_inline]] inline void order_by_slot(const gemm_lane_beat& beat, int8_t* slots) {
  if (beat.groups == 1) {
    std::memcpy(slots, beat.x, static_cast<size_t>(beat.n));
    return;
  }
  for (int i = 0; i < beat.n; ++i)
    for (int g = 0; g < beat.groups; ++g) slots[i * beat.groups + g] = beat.x[g * beat.m + i];
}

// Quarters: depth / 4.
template <class Words, int Quarters>
[[gnu::always_inline]] inline void dense_words(const gemm_lane_beat& beat, int32_t* acc) {
  constexpr int elements = sizeof(Words) / sizeof(int32_t),
                period = Quarters > elements ? Quarters : elements;
  alignas(64) int32_t x[period] = {}, sums[max_gemm_lanes * Quarters];
  order_by_slot(beat, reinterpret_cast<int8_t*>(x));
  for (int i = Quarters; i < period; ++i) x[i] = x[i - Quarters];
  const int words = beat.lanes * Quarters / elements;
  for (int word = 0; word < words; ++word) {
    Words w, of_x;
    std::memcpy(&w, beat.w + word * sizeof w, sizeof w);
    std::memcpy(&of_x, x + word * elements % period, sizeof of_x);
    const Words sum = hls::dot_packed(of_x, w);
    std::memcpy(sums + word * elements, &sum, sizeof sum);
  }
  for (int lane = 0; lane < beat.lanes; ++lane)
    for (int i = 0; i < Quarters; ++i) acc[lane] += sums[lane * Quarters + i];
}

template <class Words>
[[gnu::always_inline]] inline void dense_words_of(const gemm_lane_beat& beat, int32_t* acc) {
  if (beat.depth == 4) return dense_words<Words, 1>(beat, acc);
  if (beat.depth == 8) return dense_words<Words, 2>(beat, acc);
  if (beat.depth == 16) return dense_words<Words, 4>(beat, acc);
  dense_words<Words, 8>(beat, acc);
}

}  // namespace
}  // namespace scansim
