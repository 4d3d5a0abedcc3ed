// A scan whose operands lie in the scratch memory (local in sim/PROGRAM.md): chunk by chunk, the jobs' words
// are gathered into an image of one chunk in the layout of sim/README.md, section 2, on which the top runs;
// y goes back to the scratch, h_last to DRAM.
// Contract: the descriptor is legal, its DRAM jobs lie in `dram`; mem.h holds the state of a scan with resume
// and afterwards that of the last token. Too few words of a to_z gemm are a tool_error.
#pragma once
#include <deque>
#include <span>

#include "sim/rungs/hls_device.h"
#include "sim/rungs/hls_unit_scratch.h"

namespace scansim {

// What a local scan works on.
struct local_scan_site {
  const design_point& point;
  std::span<uint8_t> dram;
  hls_unit_scratch& scratch;
  std::deque<uint8_t>& z_words;  // of to_z gemms, not yet taken
  narrow_memories& memories;
  counter_values& counters;
  operand_switching* switching = nullptr;  // told of every operation
};

void run_local_scan(const hls::scan_descriptor& d, const hls::scan_machine& machine,
                    const local_scan_site& site, hls::saturation_counts& saturations);

}  // namespace scansim
