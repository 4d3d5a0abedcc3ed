#include "traces/nm_pattern.h"

#include <fmt/format.h>

#include <charconv>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

namespace {

// Digits only, no sign and no leading zero; -1 if it is not such a number.
int small_number(std::string_view text) {
  int value = -1;
  const char* end = text.data() + text.size();
  if (text.empty() || text.size() > 2 || text[0] < '1' || text[0] > '9') return -1;
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  return status == std::errc() && stop == end ? value : -1;
}

}  // namespace

nm_pattern parse_nm_pattern(const std::string& text, const std::string& field, const std::string& file) {
  const size_t colon = text.find(':');
  nm_pattern p{-1, -1};
  if (colon != std::string::npos) {
    p.n = small_number(std::string_view(text).substr(0, colon));
    p.m = small_number(std::string_view(text).substr(colon + 1));
  }
  const bool known_m = p.m == 4 || p.m == 8 || p.m == 16;
  if (!known_m || p.n < 1 || p.n > p.m) {
    throw input_error(file, field, "N:M with M 4, 8 or 16 and 1 <= N <= M", "'" + printable(text) + "'");
  }
  return p;
}

std::string to_string(const nm_pattern& pattern) { return fmt::format("{}:{}", pattern.n, pattern.m); }

}  // namespace scansim
