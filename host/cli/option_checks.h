// Checks of option values that CLI11 leaves out: its integers wrap around and saturate silently. To be passed
// to CLI::Option::check; an empty string means good.
#pragma once
#include <charconv>
#include <limits>
#include <string>

namespace scansim {

// Decimal digits (a sign for signed Integer) that fit.
template <class Integer>
std::string whole_number(const std::string& text) {
  Integer value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed == std::errc() && end == text.data() + text.size() && !text.empty()) return {};
  return "expected a whole number in " + std::to_string(std::numeric_limits<Integer>::min()) + ".." +
         std::to_string(std::numeric_limits<Integer>::max()) + ", found '" + text + "'";
}

// A decimal number; CLI11 would take hexadecimal ones too. NaN and infinities are numbers here.
inline std::string real_number(const std::string& text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed == std::errc() && end == text.data() + text.size() && !text.empty()) return {};
  return "expected a number, found '" + text + "'";
}

inline std::string not_empty(const std::string& text) {
  return text.empty() ? "expected a value, found ''" : "";
}

}  // namespace scansim
