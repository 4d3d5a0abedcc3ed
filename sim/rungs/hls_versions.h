// A top of hls/scan for the host, compiled for AVX-512, for AVX2 and for the base instruction set and picked
// at run time; `flatten` pulls the whole top into each copy. Vectors stay 256 bits wide: AVX-512 pays by its
// 64-bit multiplications and shifts. Every copy costs seconds of compilation, so there are few: the widths of
// every shipped design point as constants (the compiler folds every fixed shift, and sums fit 32 bits), and
// one that takes every width, which is also what a processor without AVX2 runs.
// Steps are words (sim/scan/word_steps.h), a call a row. Contract: Work has run(steps, memory, machine,
// memories, saturations); a file that includes this is compiled like hls_scan_top.cpp. Internal to sim/rungs.
#pragma once
#include <type_traits>

#include "sim/rungs/hls_device.h"
#include "sim/scan/word_steps.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SCANSIM_MULTIVERSION 1
#else
#define SCANSIM_MULTIVERSION 0
#endif

namespace scansim::hls_versions {

template <class Work, class Memories>
using version = void (*)(const Work&, uint8_t*, const hls::scan_machine&, Memories&, hls::saturation_counts&);

// Rows of lanes by vectors of states, where they divide a row; else state by state. Narrow: values of
// operands fit a byte.
template <bool Narrow>
struct steps_by_words {
  template <class Operand, class State>
  static word_steps<Operand, State> selected(int lanes, int states) {
    if constexpr (Narrow)
      return select_word_steps<Operand>(lanes, states);
    else
      return select_wide_word_steps<Operand, State>(lanes, states);
  }
  // Apart from the copies of the top: some seconds of compilation.
  template <class Operand, class State>
  [[gnu::noinline]] static void state_by_state(const hls::step_row<Operand, State>& row,
                                               const hls::scan_constants& k, uint64_t& saturated) {
    hls::lane_steps<int32_t>()(row, k, saturated);
  }
  template <class Operand, class State>
  void operator()(const hls::step_row<Operand, State>& row, const hls::scan_constants& k,
                  uint64_t& saturated) const {
    const word_steps<Operand, State> words = selected<Operand, State>(row.lanes, row.states);
    if (words)
      words(row, k, saturated);
    else if constexpr (Narrow)
      state_by_state(row, k, saturated);
    else
      hls::lane_steps<int64_t>()(row, k, saturated);
  }
};

// Fixed: 8-bit operands, 16-bit states and 64 exp segments.
template <bool Fixed, class Work, class Memories>
inline void run(const Work& work, uint8_t* memory, const hls::scan_machine& machine, Memories& memories,
                hls::saturation_counts& saturations) {
  hls::scan_machine known = machine;
  if constexpr (Fixed) known.w = hls::widths{8, 16, machine.w.output_bits, 64};
  work.run(steps_by_words<Fixed>{}, memory, known, memories, saturations);
}

template <class Work, class Memories>
void run_any(const Work& work, uint8_t* memory, const hls::scan_machine& machine, Memories& memories,
             hls::saturation_counts& saturations) {
  run<false>(work, memory, machine, memories, saturations);
}

#if SCANSIM_MULTIVERSION
template <bool Fixed, class Work, class Memories>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void run_avx2(const Work& work, uint8_t* memory,
                                                         const hls::scan_machine& machine, Memories& memories,
                                                         hls::saturation_counts& saturations) {
  run<Fixed>(work, memory, machine, memories, saturations);
}

template <bool Fixed, class Work, class Memories>
[[gnu::flatten, gnu::target("avx512f,avx512bw,avx512dq,avx512vl,bmi2,prefer-vector-width=256")]] void
run_avx512(const Work& work, uint8_t* memory, const hls::scan_machine& machine, Memories& memories,
           hls::saturation_counts& saturations) {
  run<Fixed>(work, memory, machine, memories, saturations);
}
#endif

template <bool Fixed, class Work, class Memories>
version<Work, Memories> select() {
#if SCANSIM_MULTIVERSION
  if (wide_vectors_present()) return run_avx512<Fixed, Work, Memories>;
  if (vector_unit_present()) return run_avx2<Fixed, Work, Memories>;
#endif
  return run_any<Work, Memories>;
}

template <class Work>
void run_best(const Work& work, uint8_t* memory, const hls::scan_machine& machine, narrow_memories& memories,
              hls::saturation_counts& saturations) {
  const bool fixed = machine.w.operand_bits == 8 && machine.w.exp_segments == 64;
  const auto selected =
      fixed ? select<true, Work, narrow_memories>() : select<false, Work, narrow_memories>();
  selected(work, memory, machine, memories, saturations);
}

template <class Work>
void run_best(const Work& work, uint8_t* memory, const hls::scan_machine& machine, wide_memories& memories,
              hls::saturation_counts& saturations) {
  select<false, Work, wide_memories>()(work, memory, machine, memories, saturations);
}

}  // namespace scansim::hls_versions
