// The pattern N:M of fine-grained sparsity: of every M consecutive elements along an axis at most N are kept.
// M is 4, 8 or 16, 1 <= N <= M; N = M is dense. Contract: parsing accepts exactly "<N>:<M>" in decimal
// digits; everything else is an input_error naming the field.
#pragma once
#include <string>

namespace scansim {

struct nm_pattern {
  static constexpr int largest_m = 16;

  int n = 4, m = 4;
  bool dense() const { return n == m; }
  bool operator==(const nm_pattern&) const = default;
};

// `file` names the source in the error.
nm_pattern parse_nm_pattern(const std::string& text, const std::string& field,
                            const std::string& file = "command line");
std::string to_string(const nm_pattern& pattern);  // "2:4"

}  // namespace scansim
