// Whether a machine accepts a scan descriptor: the legality rules of sim/README.md, section 6, in the order
// in which the sequencer checks them. The one statement of them in C++: the hls device and the SystemC
// sequencer both ask here.
#pragma once
#include "hls/scan/scan_descriptor.h"
#include "sim/csr_map.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

// `opcode`: bits 7..0 of the descriptor's first word.
inline csr::error_code check_descriptor(uint32_t opcode, const hls::scan_descriptor& d,
                                        const machine_shape& shape) {
  using csr::error_code;
  if (opcode != hls::descriptor_opcode_scan) return error_code::opcode;
  if (d.lane_groups == 0 || d.lane_groups * d.passes > shape.state_rows) return error_code::lane_groups;
  if (d.passes == 0 || d.passes * shape.states > shape.max_states) return error_code::passes;
  if (d.num_chunks == 0) return error_code::num_chunks;
  if (d.chunk_tokens == 0 || d.chunk_tokens > shape.chunk_tokens) return error_code::chunk_tokens;
  if (d.rest_tokens == 0 || d.rest_tokens > shape.chunk_tokens) return error_code::rest_tokens;
  return error_code::none;
}

}  // namespace scansim
