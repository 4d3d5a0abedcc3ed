#include <string>

#include "host/cuda/measure/cuda_errors.h"
#include "traces/input_error.h"

namespace scansim {

void check_cuda(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // or the next launch would be blamed for it
  throw tool_error(std::string("CUDA: ") + what + ": " + cudaGetErrorString(status));
}

}  // namespace scansim
