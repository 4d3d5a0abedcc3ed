// Sizes as messages show them: "[2, 3]".
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

}  // namespace scansim
