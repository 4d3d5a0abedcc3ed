#include "sim/scan/counted_kernels.h"
#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

// Operands and states as they lie in memory; nullptr for the sums before: none.
template <class Operand, class State>
[[gnu::always_inline]] inline hls::step_row<Operand, State> row_of(int lanes, int states,
                                                                   const scan_kernel_beat& beat) {
  const auto operands = [](const uint8_t* row) { return reinterpret_cast<const Operand*>(row); };
  return {lanes,
          states,
          beat.dt->dt2,
          beat.dt->du,
          operands(beat.a),
          operands(beat.b),
          operands(beat.c),
          reinterpret_cast<State*>(beat.h),
          beat.sum_before ? beat.sum_before->value : nullptr,
          beat.sum->value};
}

// The types of one kernel that the compiler vectorises by itself.
template <class Operand_, class State_, class Wide_>
struct kernel_types {
  using Operand = Operand_;
  using State = State_;
  using Wide = Wide_;
};

template <class K>
[[gnu::always_inline]] inline void scan_lanes(int lanes, int states, const hls::scan_constants& constants,
                                              const scan_kernel_beat& beat, uint64_t& saturated) {
  const auto row = row_of<typename K::Operand, typename K::State>(lanes, states, beat);
  hls::lane_steps<typename K::Wide>()(row, hls::scan_constants(constants), saturated);
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

// By vectors of states where there are some for the row.
template <class Operand, class State, class Wide>
scan_kernel select_build(word_steps<Operand, State> steps, bool vectorised) {
  using K = kernel_types<Operand, State, Wide>;
  if (!vectorised) return scan_lanes_any<K>;
  if (steps == nullptr) return wide_vectors_present() ? scan_lanes_avx512<K> : scan_lanes_avx2<K>;
  return [steps](int lanes, int states, const hls::scan_constants& k, const scan_kernel_beat& beat,
                 uint64_t& saturated) { steps(row_of<Operand, State>(lanes, states, beat), k, saturated); };
}

template <class Operand, class State>
scan_kernel select_wide(const machine_shape& shape, bool vectorised) {
  return select_build<Operand, State, int64_t>(
      select_wide_word_steps<Operand, State>(shape.lanes, shape.states), vectorised);
}

scan_kernel select_uncounted(const machine_shape& shape, bool vectorised) {
  const bool bytes = shape.operand_bytes == 1, narrow = shape.widths.state_bits == 16;
  if (bytes && narrow)
    return select_build<int8_t, int16_t, int32_t>(select_word_steps<int8_t>(shape.lanes, shape.states),
                                                  vectorised);
  if (bytes) return select_wide<int8_t, int32_t>(shape, vectorised);
  return narrow ? select_wide<int16_t, int16_t>(shape, vectorised)
                : select_wide<int16_t, int32_t>(shape, vectorised);
}

}  // namespace

scan_kernel select_scan_kernel(const machine_shape& shape, bool vectorised) {
  scan_kernel selected = select_uncounted(shape, vectorised);
  return shape.switching != nullptr ? counted_scan_kernel(shape, std::move(selected)) : selected;
}

}  // namespace scansim
