// A JSON value as text, whatever bytes its strings have: what is no UTF-8 (a path need not be) becomes
// U+FFFD, where nlohmann's dump would throw. indent -1: in one line.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace scansim {

inline std::string json_text(const nlohmann::json& value, int indent = -1) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace scansim
