// Failures of the CUDA runtime become tool_error with the driver's own words. For files that nvcc compiles.
#pragma once
#include <cuda_runtime_api.h>

namespace scansim {

// `what` is what was tried: "allocating 3 GiB".
void check_cuda(cudaError_t status, const char* what);

}  // namespace scansim
