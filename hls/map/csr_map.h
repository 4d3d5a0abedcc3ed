// The machine's registers and error codes (sim/README.md, section 6; sim/PROGRAM.md, section 6): addresses,
// status bits, the order in which rules are checked. Contract: 32-bit registers at byte addresses; `csrs`
// lists each once; error codes stand in the order in which they are checked, the first that applies is
// reported.
#pragma once
#include <cstdint>

namespace scansim::csr {

inline constexpr uint32_t id = 0x00, version = 0x04, control = 0x08, status = 0x0c, desc_addr_lo = 0x10,
                          desc_addr_hi = 0x14, desc_count = 0x18, map = 0x1c, parameters = 0x40,
                          counters = 0x100;
inline constexpr uint32_t id_value = 0x53434e31, version_value = 1;
inline constexpr uint32_t status_busy = 1, status_done = 2, status_error = 4;
inline constexpr int status_error_code_shift = 8;

struct csr_row {
  const char* name;
  uint32_t address;
  bool writable;
  const char* meaning;
};

inline constexpr csr_row csrs[] = {
    {"id", id, false, "0x53434e31"},
    {"version", version, false, "1"},
    {"control", control, true, "write 1: start (ignored while busy)"},
    {"status", status, false, "bit 0 busy, bit 1 done, bit 2 error; bits 15..8 error code"},
    {"desc_addr_lo", desc_addr_lo, true,
     "byte address of the first descriptor, low word; descriptors are contiguous"},
    {"desc_addr_hi", desc_addr_hi, true, "its high word"},
    {"desc_count", desc_count, true, "number of descriptors; 0 is taken as 1"},
    {"map", map, false, "hash of the tables of hls/map/: a driver built from others refuses the machine"},
    {"parameters", parameters, false, "those of the design point, one register each, in the order below"},
    {"counters", counters, false, "section 5, 64 bits each, low word first"},
};

enum class error_code : uint32_t {
  none = 0,
  opcode = 1,
  lane_groups = 2,
  passes = 3,
  num_chunks = 4,
  chunk_tokens = 5,
  rest_tokens = 6,
  tokens = 7,
  shape = 8,
  bounds = 9,
  mode = 10,
  sets = 11
};

struct error_row {
  const char* name;
  error_code code;
  const char* scan;   // the rule, of a scan; empty: not checked
  const char* units;  // of opcodes 2..8
};

inline constexpr error_row errors[] = {
    {"opcode", error_code::opcode, "unknown, or local without the units", "unknown, or without the units"},
    {"lane_groups", error_code::lane_groups,
     "lane_groups = 0 or (first_group + lane_groups)·P > state_capacity/(NL·S)", ""},
    {"passes", error_code::passes, "passes = 0 or passes·S > max_states", ""},
    {"num_chunks", error_code::num_chunks, "num_chunks = 0", ""},
    {"chunk_tokens", error_code::chunk_tokens, "chunk_tokens = 0 or > T", ""},
    {"rest_tokens", error_code::rest_tokens, "rest_tokens = 0 or > T", ""},
    {"tokens", error_code::tokens, "", "tokens = 0 or > T (gemm: x_tokens too)"},
    {"shape", error_code::shape, "local: lane_groups no multiple of KI, or P·S neither H nor a multiple of W",
     "a count of 0, or one that the unit cannot hold"},
    {"bounds", error_code::bounds, "local: u, delta, B, C, y (z unless z_gemm) ≥ SW·W bytes",
     "an address or a row behind the end of its memory"},
    {"mode", error_code::mode, "local differs from the run's first scan", ""},
    {"sets", error_code::sets,
     "a rule of sim/SETS.md, section 5; of every opcode: a record was due, or none was", ""},
};

// The name of a code, for messages; "unknown" for none of the list.
constexpr const char* error_name(error_code code) {
  if (code == error_code::none) return "none";
  for (const error_row& row : errors)
    if (row.code == code) return row.name;
  return "unknown";
}

}  // namespace scansim::csr
