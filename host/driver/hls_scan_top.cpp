// scan_top for the host. Each entry point is compiled for AVX2 and for the base instruction set and picked at
// load time; `flatten` pulls the whole top into each copy. Widths given as constants let the compiler fold
// every fixed shift.
#include "host/driver/hls_device.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SCANSIM_MULTIVERSION __attribute__((target_clones("avx2", "default"), flatten))
#else
#define SCANSIM_MULTIVERSION
#endif

namespace scansim {

namespace {

SCANSIM_MULTIVERSION void run_8_16_64(uint8_t* memory, const hls::scan_descriptor& descriptor,
                                      const hls::scan_machine& machine, narrow_memories& memories,
                                      hls::saturation_counts& saturations) {
  const hls::widths w{8, 16, machine.w.output_bits, 64};
  const hls::scan_machine fixed{machine.num_lanes, machine.states_per_lane, machine.interleave,
                                machine.axi_bytes, w};
  hls::scan_top<int32_t>(memory, descriptor, fixed, memories, saturations);
}

SCANSIM_MULTIVERSION void run_8_16(uint8_t* memory, const hls::scan_descriptor& descriptor,
                                   const hls::scan_machine& machine, narrow_memories& memories,
                                   hls::saturation_counts& saturations) {
  hls::scan_top<int32_t>(memory, descriptor, machine, memories, saturations);
}

SCANSIM_MULTIVERSION void run_16_16(uint8_t* memory, const hls::scan_descriptor& descriptor,
                                    const hls::scan_machine& machine, narrow_memories& memories,
                                    hls::saturation_counts& saturations) {
  hls::scan_top<int64_t>(memory, descriptor, machine, memories, saturations);
}

SCANSIM_MULTIVERSION void run_wide(uint8_t* memory, const hls::scan_descriptor& descriptor,
                                   const hls::scan_machine& machine, wide_memories& memories,
                                   hls::saturation_counts& saturations) {
  hls::scan_top<int64_t>(memory, descriptor, machine, memories, saturations);
}

}  // namespace

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations) {
  if (machine.w.operand_bits == 16) {
    run_16_16(memory, descriptor, machine, memories, saturations);
  } else if (machine.w.exp_segments == 64) {
    run_8_16_64(memory, descriptor, machine, memories, saturations);
  } else {
    run_8_16(memory, descriptor, machine, memories, saturations);
  }
}

void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations) {
  run_wide(memory, descriptor, machine, memories, saturations);
}

}  // namespace scansim
