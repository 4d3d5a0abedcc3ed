// Enqueues an SSD call's three kernels on a CUDA stream (a cudaStream_t as void*, null for the default one).
// Contract: pointers are device memory, the tables too; sizes that no kernel takes throw
// std::invalid_argument (check_ssd; a precision of int8); tool_error with the driver's words if a launch
// fails.
#pragma once
#include "host/cuda/ssd/gpu_ssd.h"

namespace scansim {

void launch_ssd(const gpu_ssd& call, void* stream);

}  // namespace scansim
