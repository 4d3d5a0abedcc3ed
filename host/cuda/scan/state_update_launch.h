// Enqueues one decode step, state_update_kernel.cuh, on a CUDA stream (a cudaStream_t as void*, null for the
// default one). Contract: pointers are device memory; surplus sizes throw std::invalid_argument (N > 256,
// groups that do not divide D, int8 activations, an int8 state without a scale); tool_error with the driver's
// words if the launch fails.
#pragma once
#include "host/cuda/scan/scan_call.h"

namespace scansim {

void launch_state_update(const state_update_call& call, void* stream);

}  // namespace scansim
