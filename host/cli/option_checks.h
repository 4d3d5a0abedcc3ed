// Checks of option values that CLI11 leaves out: its integers wrap around and saturate silently. To be passed
// to CLI::Option::check, those that are a CLI::Validator to transform; an empty string means good.
#pragma once
#include <CLI/CLI.hpp>
#include <charconv>
#include <limits>
#include <sstream>
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

// What CLI11 is given of a decimal number: it would take 012, as seq -w writes it, for ten.
inline std::string without_leading_zeros(const std::string& text) {
  const size_t digits = text[0] == '-' ? 1 : 0, first = text.find_first_not_of('0', digits);
  const bool all_zeros = first == std::string::npos, fraction = !all_zeros && text[first] == '.';
  if (all_zeros || first == digits || fraction) return all_zeros ? "0" : text;
  return text.substr(0, digits) + text.substr(first);
}

// To be passed to CLI::Option::transform: the number that whole_number accepts, not below `least`.
template <class Integer>
CLI::Validator as_whole_number(Integer least = std::numeric_limits<Integer>::min()) {
  const auto take = [least](std::string& text) {
    std::string wrong = whole_number<Integer>(text);
    Integer value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    const bool bounded = least != std::numeric_limits<Integer>::min();
    if (bounded && (!wrong.empty() || value < least))
      wrong = "expected a number of at least " + std::to_string(least) + ", found '" + text + "'";
    if (wrong.empty()) text = without_leading_zeros(text);
    return wrong;
  };
  return CLI::Validator(take, "");
}

// Likewise, a decimal number from `low` to `high`; help shows it as CLI::Range does.
template <class Number>
CLI::Validator number_between(Number low, Number high) {
  std::ostringstream range, shown;
  range << low << ".." << high;
  shown << CLI::detail::type_name<Number>() << " in [" << low << " - " << high << "]";
  const auto take = [low, high, expected = range.str()](std::string& text) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failed == std::errc() && end == text.data() + text.size() && !text.empty();
    if (!whole || !(value >= low && value <= high))
      return "expected a number in " + expected + ", found '" + text + "'";
    text = without_leading_zeros(text);
    return std::string();
  };
  return CLI::Validator(take, shown.str());
}

inline std::string not_empty(const std::string& text) {
  return text.empty() ? "expected a value, found ''" : "";
}

}  // namespace scansim
