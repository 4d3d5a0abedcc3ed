// Runs a block program on a device and takes its results out of memory. The same for every rung.
// Contract: the program is checked first (program_check.h: input_error); the device must be the machine of
// the design point. y is in the order of operator_result.y, or (d_model, L) after a layer. Errors of the
// device: tool_error.
#pragma once
#include <vector>

#include "host/accuracy/quantised_layer.h"
#include "host/program/program.h"
#include "sim/rungs/device_run.h"

namespace scansim {

struct program_result {
  counter_values counters{};  // in CSR order
  double wall_s = 0;          // from start to done
  std::vector<int32_t> y;
  std::vector<quantised_branch_state> states;  // after the last token; h is empty for conv1d alone
};

program_result run_program(device& machine, const program& p, const design_point& point);

// What run_program reads out of the memory behind a run.
std::vector<int32_t> unpack_y(const program& p, const design_point& point, std::span<const uint8_t> memory);
std::vector<quantised_branch_state> unpack_states(const program& p, const design_point& point,
                                                  std::span<const uint8_t> memory);

}  // namespace scansim
