// Runs a program on a device and takes its outputs out of memory. The same for every rung.
// Contract: the program is checked first (program_check.h: input_error); the device must be the machine of
// the design point. Errors of the device: tool_error.
#pragma once
#include <optional>

#include "host/program/program.h"
#include "sim/rungs/device_run.h"

namespace scansim {

struct program_start {
  uint64_t first_cycle = 0;           // of this start, the cycles of those before counted
  std::optional<uint64_t> wave_time;  // of that cycle, if the device writes waves
};

struct program_result {
  counter_values counters{};                // of all runs, in CSR order
  double wall_s = 0;                        // from start to done; packing and unpacking left out
  memory_counters memory;                   // of the memory model, of all runs; empty: the device has none
  std::vector<switching_count> switching;   // of all runs; empty: not counted
  std::optional<simulated_part> simulated;  // of all runs; nullopt: a device that simulates everything
  std::vector<named_integers> outputs;
  std::vector<program_start> starts;      // one for each run of the program
  std::optional<device_library> library;  // of the device

  const std::vector<int32_t>& output(const std::string& name) const;  // std::out_of_range
};

program_result run_program(device& machine, const program& p, const design_point& point);

// Of the outputs behind y; empty where there is none.
std::string state_sha256(const program& p, const program_result& result);

}  // namespace scansim
