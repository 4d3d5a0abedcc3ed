// What every launcher does around the <<<>>>: the number of blocks must fit the grid, and an error of the
// launch becomes a tool_error with the driver's words. Device files only.
#pragma once
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "traces/input_error.h"

namespace scansim {

inline unsigned grid_blocks(int64_t blocks) {
  if (blocks <= 0 || blocks > 2147483647) throw std::invalid_argument("launch: more blocks than a grid has");
  return static_cast<unsigned>(blocks);
}

// The same of grid.y and grid.z.
inline unsigned grid_rows(int64_t blocks) {
  if (blocks <= 0 || blocks > 65535) throw std::invalid_argument("launch: more than 65535 rows of blocks");
  return static_cast<unsigned>(blocks);
}

inline void check_launch(const char* kernel) {
  const cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess) throw tool_error(std::string(kernel) + ": " + cudaGetErrorString(error));
}

}  // namespace scansim
