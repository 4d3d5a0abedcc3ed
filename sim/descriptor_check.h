// Whether a machine accepts a scan descriptor: the legality rules of sim/README.md, section 6, and, for
// machines with units, of sim/PROGRAM.md, section 6, in the order in which the sequencer checks them.
// The one statement of them in C++: the hls device and the SystemC sequencer both ask here; of sets those of
// set_check.h follow. Contract: pure, no allocation.
#pragma once
#include "hls/map/csr_map.h"
#include "hls/scan/scan_descriptor.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

// Where the scans of a run have their operands: that of its first scan holds for all of them.
enum class scan_place : uint8_t { none, memory, scratch };  // none: no scan so far

inline scan_place place_of(const hls::scan_descriptor& d) {
  return d.local ? scan_place::scratch : scan_place::memory;
}

// The rules of a local scan, behind those of every scan.
inline csr::error_code check_local_scan(const hls::scan_descriptor& d, const machine_shape& shape) {
  using csr::error_code;
  const int states = d.passes * shape.states;
  const bool half = 2 * states == shape.axi_bytes, whole = states % shape.axi_bytes == 0;
  if (d.lane_groups % shape.interleave != 0 || !(half || whole)) return error_code::shape;
  const uint64_t bytes = shape.scratch_bytes();
  for (const uint64_t address : {d.addr_u, d.addr_delta, d.addr_b, d.addr_c, d.addr_y})
    if (address >= bytes) return error_code::bounds;
  if (!d.z_gemm && d.addr_z >= bytes) return error_code::bounds;
  return error_code::none;
}

// `opcode`: bits 7..0 of the descriptor's first word. `run`: place of the scans of the run before this one.
inline csr::error_code check_descriptor(uint32_t opcode, const hls::scan_descriptor& d,
                                        const machine_shape& shape, scan_place run = scan_place::none) {
  using csr::error_code;
  if (opcode != hls::descriptor_opcode_scan || (d.local && !shape.has_units())) return error_code::opcode;
  const bool with_sets = shape.max_sets > 0 && d.sets > 0;
  const bool resident = with_sets || (d.first_group + d.lane_groups) * d.passes <= shape.state_rows;
  if (d.lane_groups == 0 || !resident) return error_code::lane_groups;
  const int states = d.passes * shape.states;
  if (d.passes == 0 || states > shape.max_states || d.states > states) return error_code::passes;
  if (d.num_chunks == 0) return error_code::num_chunks;
  if (d.chunk_tokens == 0 || d.chunk_tokens > shape.chunk_tokens) return error_code::chunk_tokens;
  if (d.rest_tokens == 0 || d.rest_tokens > shape.chunk_tokens) return error_code::rest_tokens;
  const error_code local = d.local ? check_local_scan(d, shape) : error_code::none;
  if (local != error_code::none) return local;
  return run != scan_place::none && run != place_of(d) ? error_code::mode : error_code::none;
}

}  // namespace scansim
