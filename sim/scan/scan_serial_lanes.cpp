#include <array>
#include <cstring>
#include <type_traits>

#include "sim/scan/lane_kernels.h"
#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

// The types of one kernel that the compiler vectorises by itself. Fixed: 16 state bits and 64 exp segments,
// whose shifts then are constants, and S states a lane; else S is the most that there are. Every kernel costs
// time to compile, so that only 16-bit operands of the shipped design points have one for each number of
// states: 8-bit ones have words.
template <class Operand_, class State_, class Wide_, int S_, bool Fixed_>
struct kernel_types {
  using Operand = Operand_;
  using State = State_;
  using Wide = Wide_;
  static constexpr int S = S_;
  static constexpr bool Fixed = Fixed_;
};

template <class K>
[[gnu::always_inline]] inline hls::scan_constants constants_of(const hls::scan_constants& given) {
  if constexpr (!K::Fixed) return given;
  hls::scan_constants fixed(hls::widths{8 * static_cast<int>(sizeof(typename K::Operand)), 16, 16, 64}, 0);
  fixed.exponent_shift = given.exponent_shift;  // a tile's
  return fixed;
}

template <class Operand>
[[gnu::always_inline]] inline void widen(const Operand* from, int states, int16_t* to) {
  for (int s = 0; s < states; ++s) to[s] = from[s];
}

// The lanes of one beat. Operands are widened to the width of the state, so that the compiler vectorises both
// together; copies in local arrays cannot alias the states that are written.
template <class K>
[[gnu::always_inline]] inline void scan_lanes(int lanes, int given_states, const hls::scan_constants& given,
                                              const scan_kernel_beat& beat, uint64_t& saturated) {
  constexpr int S = K::S;
  const int states = K::Fixed ? S : given_states;
  const hls::scan_constants constants = constants_of<K>(given);
  int16_t b[S], c[S];
  widen(reinterpret_cast<const typename K::Operand*>(beat.b), states, b);
  widen(reinterpret_cast<const typename K::Operand*>(beat.c), states, c);
  const auto* a = reinterpret_cast<const typename K::Operand*>(beat.a);
  auto* h = reinterpret_cast<typename K::State*>(beat.h);
  const uint32_t* dt2 = beat.dt->dt2;
  const int32_t* du = beat.dt->du;
  const int64_t* before = beat.sum_before ? beat.sum_before->value : nullptr;
  int64_t* sums = beat.sum->value;
  uint64_t clipped = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    int16_t a_row[S];
    widen(a + lane * states, states, a_row);
    const typename K::Wide sum = hls::scan_step<int16_t, typename K::State, typename K::Wide>(
        states, dt2[lane], du[lane], a_row, b, c, h + lane * states, constants, clipped);
    sums[lane] = (before ? before[lane] : 0) + sum;
  }
  saturated += clipped;
}

template <class K>
[[gnu::flatten]] void scan_lanes_any(int lanes, int states, const hls::scan_constants& k,
                                     const scan_kernel_beat& beat, uint64_t& saturated) {
  scan_lanes<K>(lanes, states, k, beat, saturated);
}

template <class K>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void scan_lanes_avx2(int lanes, int states,
                                                                const hls::scan_constants& k,
                                                                const scan_kernel_beat& beat,
                                                                uint64_t& saturated) {
  scan_lanes<K>(lanes, states, k, beat, saturated);
}

template <class K>
[[gnu::flatten, gnu::target("avx512f,avx512bw,avx512dq,avx512vl,bmi2,prefer-vector-width=256")]] void
scan_lanes_avx512(int lanes, int states, const hls::scan_constants& k, const scan_kernel_beat& beat,
                  uint64_t& saturated) {
  scan_lanes<K>(lanes, states, k, beat, saturated);
}

template <class K>
scan_kernel select_build(bool vectorised) {
  if (!vectorised) return scan_lanes_any<K>;
  return wide_vectors_present() ? scan_lanes_avx512<K> : scan_lanes_avx2<K>;
}

template <class Operand, class Wide>
scan_kernel select_fixed(int states, bool vectorised) {
  const auto of = [&]<int S>(std::integral_constant<int, S>) {
    return select_build<kernel_types<Operand, int16_t, Wide, S, true>>(vectorised);
  };
  switch (states) {
    case 1:
      return of(std::integral_constant<int, 1>{});
    case 2:
      return of(std::integral_constant<int, 2>{});
    case 4:
      return of(std::integral_constant<int, 4>{});
    case 8:
      return of(std::integral_constant<int, 8>{});
    case 16:
      return of(std::integral_constant<int, 16>{});
    case 32:
      return of(std::integral_constant<int, 32>{});
    default:
      return of(std::integral_constant<int, 64>{});
  }
}

// A beat of 8-bit operands by vectors of states.
scan_kernel by_words(word_steps<int8_t> steps) {
  return [steps](int lanes, int states, const hls::scan_constants& k, const scan_kernel_beat& beat,
                 uint64_t& saturated) {
    const auto operands = [](const uint8_t* row) { return reinterpret_cast<const int8_t*>(row); };
    steps({lanes, states, beat.dt->dt2, beat.dt->du, operands(beat.a), operands(beat.b), operands(beat.c),
           reinterpret_cast<int16_t*>(beat.h), beat.sum_before ? beat.sum_before->value : nullptr,
           beat.sum->value},
          k, saturated);
  };
}

template <class Operand, class State, class Wide = int64_t>
scan_kernel select_any(bool vectorised) {
  return select_build<kernel_types<Operand, State, Wide, 64, false>>(vectorised);
}

}  // namespace

scan_kernel select_scan_kernel(const machine_shape& shape, bool vectorised) {
  const bool bytes = shape.operand_bytes == 1, narrow = shape.widths.state_bits == 16;
  if (bytes && narrow) {
    const word_steps<int8_t> steps =
        vectorised ? select_word_steps<int8_t>(shape.lanes, shape.states) : nullptr;
    return steps ? by_words(steps) : select_any<int8_t, int16_t, int32_t>(vectorised);
  }
  if (bytes) return select_any<int8_t, int32_t>(vectorised);
  if (narrow && shape.widths.exp_segments == 64)
    return select_fixed<int16_t, int64_t>(shape.states, vectorised);
  return narrow ? select_any<int16_t, int16_t>(vectorised) : select_any<int16_t, int32_t>(vectorised);
}

}  // namespace scansim
