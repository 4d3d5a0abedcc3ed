// Which descriptor a check is looking at, for its message: "<program>: descriptor 3: <field>: expected ...,
// found ...".
#pragma once
#include <cstdint>
#include <string>

#include "sim/stream/machine_shape.h"
#include "traces/input_error.h"

namespace scansim {

struct check_site {
  std::string program;
  machine_shape shape;
  uint32_t descriptor = 0;

  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const {
    refuse_at(descriptor, field, expected, found);
  }
  // For what shows only behind the descriptor.
  [[noreturn]] void refuse_at(uint32_t number, const std::string& field, const std::string& expected,
                              const std::string& found) const {
    throw input_error(program, "descriptor " + std::to_string(number) + ": " + field, expected, found);
  }
  void require(bool good, const char* field, const std::string& expected, int64_t found) const {
    if (!good) refuse(field, expected, std::to_string(found));
  }
};

}  // namespace scansim
