// The device of the hls rung: make_hls_device (sim/rungs/device.h) runs hls/scan/scan_top.h on the memory
// image. start executes at once, wait_done returns immediately. cycles, busy, wait and idle read 0; events
// and saturations are exact. Contract: one descriptor after the other; an illegal one ends the walk with
// STATUS.error and its code. A scan with sets runs when its last record is read. An address outside the
// image, or a row of a list outside its tile, is a tool_error. With units it runs every descriptor of
// sim/PROGRAM.md (sim/rungs/hls_unit_machine.h). Choose it for results at full speed; for time take the
// systemc or the rtl rung.
#pragma once
#include "hls/scan/scan_top.h"
#include "sim/rungs/device.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

// States held on chip by the host's build of the top: the largest state_capacity of a design point. Never
// touched pages cost nothing.
inline constexpr int hls_state_capacity = 1 << 24;

// Operands are kept 16 bits wide at every operand width: the compiler then vectorises them together with the
// state.
using narrow_memories = hls::scan_memories<int16_t, int16_t, hls_state_capacity>;  // up to 16 state bits
using wide_memories = hls::scan_memories<int16_t, int32_t, hls_state_capacity>;

// The top compiled for the processor that runs it. Errors: none; the descriptor must be legal and inside the
// image.
void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations);
void run_scan_top(uint8_t* memory, const hls::scan_descriptor& descriptor, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations);

// The same with the switching of operands counted, at a tenth of the speed.
template <class Memories>
void run_scan_counted(uint8_t* memory, const hls::scan_descriptor& descriptor,
                      const hls::scan_machine& machine, Memories& memories,
                      hls::saturation_counts& saturations, operand_switching& switching);
template <class Memories>
void run_sets_counted(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                      Memories& memories, hls::saturation_counts& saturations, operand_switching& switching);

// The same with sets (hls/scan/sets_top.h).
void run_sets_top(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                  narrow_memories& memories, hls::saturation_counts& saturations);
void run_sets_top(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                  wide_memories& memories, hls::saturation_counts& saturations);

}  // namespace scansim
