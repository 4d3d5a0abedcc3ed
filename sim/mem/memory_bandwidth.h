// The most that a memory model can move, of its parameters alone:
//   read, write: in one direction by itself;   both: in the two together
//   ideal, random: the port's width a cycle and direction;   latency: one pipe of bytes_per_cycle for both
//   dram: channels x burst_bytes / (max(tBURST, tCCD_S) tCK) for both, and no more than the port a direction
// Contract: a bound that no run passes, refreshes, rows and turns of the bus left out. Errors: input_error as
// make_memory_timing.
#pragma once
#include <string>

#include "sim/mem/memory_timing.h"

namespace scansim {

struct memory_bandwidth {
  double read_bytes_per_s = 0, write_bytes_per_s = 0, both_bytes_per_s = 0;
};

memory_bandwidth peak_bandwidth(const std::string& model, const memory_parameters& parameters);

}  // namespace scansim
