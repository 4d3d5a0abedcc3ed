// From a trace's call to its program: quantised as operator_on_hls does (host/operators/block_operators.h),
// then compiled by operator_programs.h or layer_program.h. Contract: y and the final state of a run have the
// bits and the order of operator_on_hls' result. Errors: input_error of either step; `file` names the trace.
#pragma once
#include "host/program/program.h"
#include "host/program/program_driver.h"
#include "traces/operator_trace.h"

namespace scansim {

struct call_program_options {
  bool fused = true;  // mamba_block: nothing between its operators goes to memory
};

program make_operator_program(const operator_call& call, const call_program_options& options,
                              const design_point& point, const std::string& file);

}  // namespace scansim
