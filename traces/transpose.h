// A row-major matrix (rows, cols) as (cols, rows).
#pragma once
#include <cstdint>
#include <vector>

namespace scansim {

inline std::vector<float> transpose(const std::vector<float>& matrix, int64_t rows, int64_t cols) {
  std::vector<float> out(matrix.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col)
      out[static_cast<size_t>(col * rows + row)] = matrix[static_cast<size_t>(row * cols + col)];
  return out;
}

}  // namespace scansim
