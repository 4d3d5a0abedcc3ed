// Enqueues an SSD call's three kernels, or one step of its decode, on a CUDA stream (a cudaStream_t as void*,
// null for the default one). Contract: pointers are device memory, the tables too; sizes that no kernel takes
// throw std::invalid_argument (check_ssd; a precision of int8); tool_error with the driver's words if a
// launch fails.
#pragma once
#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

void launch_ssd(const gpu_ssd& call, void* stream);
void launch_ssd_update(const ssd_update& call, void* stream);

}  // namespace scansim
