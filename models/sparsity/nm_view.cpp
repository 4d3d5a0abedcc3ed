#include "models/sparsity/nm_pattern.h"

#include <fmt/format.h>

#include <charconv>

#include "traces/input_error.h"

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

nm_pattern parse_nm_pattern(const std::string& text, const std::string& field) {
  const size_t colon = text.find(':');
  nm_pattern p{-1, -1};
  if (colon != std::string::npos) {
    p.n = small_number(std::string_view(text).substr(0, colon));
    p.m = small_number(std::string_view(text).substr(colon + 1));
  }
  const bool known_m = p.m == 4 || p.m == 8 || p.m == 16;
  if (!known_m || p.n < 1 || p.n > p.m) {
    throw input_error("command line", field, "N:M with M 4, 8 or 16 and 1 <= N <= M", "'" + text + "'");
  }
  return p;
}

std::string to_string(const nm_pattern& pattern) { return fmt::format("{}:{}", pattern.n, pattern.m); }

nm_side parse_nm_side(const std::string& text, const std::string& field) {
  if (text == "inputs") return nm_side::inputs;
  if (text == "outputs") return nm_side::outputs;
  throw input_error("command line", field, "inputs or outputs", "'" + text + "'");
}

const char* to_string(nm_side side) { return side == nm_side::inputs ? "inputs" : "outputs"; }

nm_view view_along(nm_side side, int64_t rows, int64_t cols) {
  return side == nm_side::inputs ? nm_view{rows, cols, cols, 1} : nm_view{cols, rows, 1, cols};
}

}  // namespace scansim
