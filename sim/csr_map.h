// CSR addresses, status bits and error codes of the machine (sim/README.md, section 6).
#pragma once
#include <cstdint>

namespace scansim::csr {

inline constexpr uint32_t id = 0x00, version = 0x04, control = 0x08, status = 0x0c, desc_addr_lo = 0x10,
                          desc_addr_hi = 0x14, desc_count = 0x18, parameters = 0x40, counters = 0x100;
inline constexpr uint32_t id_value = 0x53434e31, version_value = 1;
inline constexpr uint32_t status_busy = 1, status_done = 2, status_error = 4;
inline constexpr int status_error_code_shift = 8;

enum class error_code : uint32_t {
  none = 0,
  opcode = 1,
  lane_groups = 2,
  passes = 3,
  num_chunks = 4,
  chunk_tokens = 5,
  rest_tokens = 6,
  tokens = 7,  // from here on: sim/PROGRAM.md, section 6
  shape = 8,
  bounds = 9,
  mode = 10
};

}  // namespace scansim::csr
