// What a design point's parameter may be, in words for messages. Internal to models/configs.
#pragma once
#include <string>

#include "hls/map/parameter_map.h"

namespace scansim {

inline std::string expected_range(const parameter_row& field) {
  const std::string kind = field.power_of_two ? "a power of two" : "an integer";
  if (field.power_of_two && field.low == 0) return "0, or " + kind + " up to " + std::to_string(field.high);
  return kind + " in " + std::to_string(field.low) + ".." + std::to_string(field.high);
}

}  // namespace scansim
