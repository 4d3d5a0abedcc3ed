// Names of the machine's error codes (sim/csr_map.h), for messages.
#pragma once
#include "sim/csr_map.h"

namespace scansim {

inline const char* error_name(csr::error_code code) {
  using csr::error_code;
  switch (code) {
    case error_code::none:
      return "none";
    case error_code::opcode:
      return "opcode";
    case error_code::lane_groups:
      return "lane_groups";
    case error_code::passes:
      return "passes";
    case error_code::num_chunks:
      return "num_chunks";
    case error_code::chunk_tokens:
      return "chunk_tokens";
    case error_code::rest_tokens:
      return "rest_tokens";
    case error_code::tokens:
      return "tokens";
    case error_code::shape:
      return "shape";
    case error_code::bounds:
      return "bounds";
    case error_code::mode:
      return "mode";
  }
  return "unknown";
}

}  // namespace scansim
