// Checks that several calls have in common.
#pragma once
#include <cstdint>
#include <string>

namespace scansim {

// input_error(file, field, expected, found) unless it holds.
void require_size(bool holds, const std::string& file, const std::string& field, const std::string& expected,
                  int64_t found);

// Of a root mean square norm over `size` elements, `symbol` in messages.
void check_norm(int64_t size, double eps, const std::string& file, const char* symbol);

// A size that no tensor gave.
inline void settle(int64_t& size, int64_t value) {
  if (size == 0) size = value;
}

}  // namespace scansim
