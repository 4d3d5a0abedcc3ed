// Enqueues scan_sets_kernel on a CUDA stream (a cudaStream_t as void*). Contract: pointers are device memory;
// std::invalid_argument for what check_scan_sets refuses, tool_error with the driver's words if the launch
// fails.
#pragma once
#include "host/cuda/scan/scan_sets_call.h"

namespace scansim {

void launch_scan_sets(const gpu_scan_sets& call, void* stream);

}  // namespace scansim
