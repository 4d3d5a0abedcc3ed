// What is not known is null in a document.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace scansim {

inline nlohmann::json or_null(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

template <class value>
nlohmann::json or_null(const std::optional<value>& given) {
  return given ? nlohmann::json(*given) : nlohmann::json();
}

}  // namespace scansim
