// scan_top for the host, compiled for AVX-512, for AVX2 and for the base instruction set and picked at run
// time; `flatten` pulls the whole top into each copy. Vectors stay 256 bits wide: AVX-512 pays by its 64-bit
// multiplications and shifts. Every copy costs seconds of compilation, so there are few: the widths of every
// shipped design point as constants (the compiler folds every fixed shift, and sums fit 32 bits), and one
// that takes every width, which is also what a processor without AVX2 runs.
#include <type_traits>

#include "sim/rungs/hls_device.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SCANSIM_MULTIVERSION 1
#else
#define SCANSIM_MULTIVERSION 0
#endif

namespace scansim {

namespace {

template <class Memories>
using scan_run = void (*)(uint8_t*, const hls::scan_descriptor&, const hls::scan_machine&, Memories&,
                          hls::saturation_counts&);

// Fixed: 8-bit operands, 16-bit states and 64 exp segments.
template <bool Fixed, class Memories>
inline void run(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                Memories& memories, hls::saturation_counts& saturations) {
  hls::scan_machine known = machine;
  if constexpr (Fixed) known.w = hls::widths{8, 16, machine.w.output_bits, 64};
  using wide = std::conditional_t<Fixed, int32_t, int64_t>;
  hls::scan_top<wide>(memory, descriptor, known, memories, saturations);
}

template <class Memories>
void run_any(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
             Memories& memories, hls::saturation_counts& saturations) {
  run<false>(memory, descriptor, machine, memories, saturations);
}

#if SCANSIM_MULTIVERSION
template <bool Fixed, class Memories>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void run_avx2(uint8_t* memory,
                                                         const hls::scan_descriptor& descriptor,
                                                         const hls::scan_machine& machine, Memories& memories,
                                                         hls::saturation_counts& saturations) {
  run<Fixed>(memory, descriptor, machine, memories, saturations);
}

template <bool Fixed, class Memories>
[[gnu::flatten, gnu::target("avx512f,avx512bw,avx512dq,avx512vl,bmi2,prefer-vector-width=256")]] void
run_avx512(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
           Memories& memories, hls::saturation_counts& saturations) {
  run<Fixed>(memory, descriptor, machine, memories, saturations);
}
#endif

template <bool Fixed, class Memories>
scan_run<Memories> select_run() {
#if SCANSIM_MULTIVERSION
  if (__builtin_cpu_supports("bmi2")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return run_avx512<Fixed, Memories>;
    if (__builtin_cpu_supports("avx2")) return run_avx2<Fixed, Memories>;
  }
#endif
  return run_any<Memories>;
}

}  // namespace

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations) {
  const bool fixed = machine.w.operand_bits == 8 && machine.w.exp_segments == 64;
  const auto selected = fixed ? select_run<true, narrow_memories>() : select_run<false, narrow_memories>();
  selected(memory, descriptor, machine, memories, saturations);
}

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations) {
  select_run<false, wide_memories>()(memory, descriptor, machine, memories, saturations);
}

}  // namespace scansim
