// The operands of scans whose u, delta, z, B, C and y lie in the scratch memory (local in sim/PROGRAM.md),
// job by job: read_operand gives the bytes of a read in the layout of sim/README.md, section 2, wherever they
// lie; write_result takes those of a write there. Contract: the descriptor is legal, its DRAM jobs lie in
// `dram`; words are counted by who moves them. Too few words of a to_z gemm are a tool_error.
#pragma once
#include <deque>
#include <span>

#include "sim/rungs/hls_device.h"
#include "sim/rungs/hls_unit_scratch.h"
#include "sim/rungs/walk_jobs.h"

namespace scansim {

// What a local scan works on.
struct local_scan_site {
  const design_point& point;
  const hls::scan_machine& machine;
  std::span<uint8_t> dram;
  hls_unit_scratch& scratch;
  std::deque<uint8_t>& z_words;  // of to_z gemms, not yet taken
  narrow_memories& memories;
  counter_values& counters;
  operand_switching* switching = nullptr;  // told of every operation
};

// `tokens`: rows of u, delta, B and C.
std::vector<uint8_t> read_operand(const walk_job& job, const hls::scan_descriptor& d, int tokens,
                                  const local_scan_site& site);
void write_result(const walk_job& job, std::span<const uint8_t> bytes, const local_scan_site& site);

}  // namespace scansim
