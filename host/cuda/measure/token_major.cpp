#include "host/cuda/measure/token_major.h"

#include <stdexcept>

namespace scansim {

std::vector<float> to_token_major(const std::vector<float>& values, size_t rows, size_t length) {
  if (values.size() != rows * length) throw std::invalid_argument("to_token_major: wrong size");
  std::vector<float> turned(values.size());
  for (size_t row = 0; row < rows; ++row)
    for (size_t t = 0; t < length; ++t) turned[t * rows + row] = values[row * length + t];
  return turned;
}

std::vector<float> from_token_major(const std::vector<float>& values, size_t rows, size_t length) {
  return to_token_major(values, length, rows);
}

}  // namespace scansim
