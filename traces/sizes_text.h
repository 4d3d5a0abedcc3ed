// Sizes and places as messages show them: "[2, 3]".
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

inline std::string sizes_text(const std::vector<int64_t>& sizes) {
  std::string text = "[";
  for (const int64_t size : sizes) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

// The element `flat` of a row-major tensor of these sizes.
inline std::string index_text(int64_t flat, std::vector<int64_t> sizes) {
  for (size_t axis = sizes.size(); axis-- > 0;) {
    const int64_t size = sizes[axis];
    sizes[axis] = flat % size;
    flat /= size;
  }
  return sizes_text(sizes);
}

}  // namespace scansim
