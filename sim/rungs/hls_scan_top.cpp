// scan_top for the host. Each entry point is compiled for AVX-512, for AVX2 and for the base instruction set
// and picked at run time; `flatten` pulls the whole top into each copy. Vectors stay 256 bits wide: AVX-512
// pays by its 64-bit multiplications and shifts. Widths given as constants let the compiler fold every fixed
// shift.
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
template <class Wide, bool Fixed, class Memories>
inline void run(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                Memories& memories, hls::saturation_counts& saturations) {
  hls::scan_machine known = machine;
  if constexpr (Fixed) known.w = hls::widths{8, 16, machine.w.output_bits, 64};
  hls::scan_top<Wide>(memory, descriptor, known, memories, saturations);
}

template <class Wide, bool Fixed, class Memories>
void run_any(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
             Memories& memories, hls::saturation_counts& saturations) {
  run<Wide, Fixed>(memory, descriptor, machine, memories, saturations);
}

#if SCANSIM_MULTIVERSION
template <class Wide, bool Fixed, class Memories>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void run_avx2(uint8_t* memory,
                                                         const hls::scan_descriptor& descriptor,
                                                         const hls::scan_machine& machine, Memories& memories,
                                                         hls::saturation_counts& saturations) {
  run<Wide, Fixed>(memory, descriptor, machine, memories, saturations);
}

template <class Wide, bool Fixed, class Memories>
[[gnu::flatten, gnu::target("avx512f,avx512bw,avx512dq,avx512vl,bmi2,prefer-vector-width=256")]] void
run_avx512(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
           Memories& memories, hls::saturation_counts& saturations) {
  run<Wide, Fixed>(memory, descriptor, machine, memories, saturations);
}
#endif

template <class Wide, bool Fixed, class Memories>
scan_run<Memories> select_run() {
#if SCANSIM_MULTIVERSION
  if (__builtin_cpu_supports("bmi2")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return run_avx512<Wide, Fixed, Memories>;
    if (__builtin_cpu_supports("avx2")) return run_avx2<Wide, Fixed, Memories>;
  }
#endif
  return run_any<Wide, Fixed, Memories>;
}

}  // namespace

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations) {
  const scan_run<narrow_memories> selected =
      machine.w.operand_bits == 16   ? select_run<int64_t, false, narrow_memories>()
      : machine.w.exp_segments == 64 ? select_run<int32_t, true, narrow_memories>()
                                     : select_run<int32_t, false, narrow_memories>();
  selected(memory, descriptor, machine, memories, saturations);
}

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations) {
  select_run<int64_t, false, wide_memories>()(memory, descriptor, machine, memories, saturations);
}

}  // namespace scansim
