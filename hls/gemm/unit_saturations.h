// Saturation counters of the units around the scan; one struct, so that a block program adds up one record.
// Contract: an output value counts at most one, however many clamps on its way changed something.
#pragma once
#include <cstdint>

namespace scansim::hls {

struct unit_saturations {
  uint64_t requantise = 0;  // gemm_nm and bare requantise
  uint64_t conv = 0;
  uint64_t hadamard = 0;
  uint64_t norm = 0;
};

}  // namespace scansim::hls
