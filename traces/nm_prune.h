// Pruning to N:M: in every group the N weights of largest score stay, the others become zero.
//   magnitude:  score = |w|            activation:  score = |w| * rms(x_k), x_k the input that the weight
//   meets
// (the weight's expected contribution to the output, Sun et al. 2023, "Wanda"). Ties go to the lower
// position, as in the machine's selector. Contract: kept weights are bit for bit the old ones; a last group
// cut short by the matrix is padded with zeros, so it may keep fewer than N. It does not retrain.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "traces/nm_view.h"

namespace scansim {

enum class prune_method { magnitude, activation };
prune_method parse_prune_method(const std::string& text, const std::string& field);
const char* to_string(prune_method method);

// `w` (rows, cols) row-major. `input_rms` (cols) or empty for pruning by magnitude.
void prune_nm(std::span<float> w, int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side,
              std::span<const float> input_rms = {});

struct nm_violation {
  int64_t vector = 0;  // output row for side inputs, input column for side outputs
  int64_t group = 0;
  int nonzeros = 0;
};

// The first group with more than N non-zeros.
template <class T>
std::optional<nm_violation> find_violation(std::span<const T> w, int64_t rows, int64_t cols,
                                           const nm_pattern& pattern, nm_side side) {
  const nm_view view = view_along(side, rows, cols);
  for (int64_t v = 0; v < view.vectors; ++v) {
    for (int64_t g = 0; g < view.groups(pattern); ++g) {
      int nonzeros = 0;
      for (int64_t k = g * pattern.m; k < (g + 1) * pattern.m && k < view.length; ++k) {
        nonzeros += w[static_cast<size_t>(view.at(v, k))] != T{};
      }
      if (nonzeros > pattern.n) return nm_violation{v, g, nonzeros};
    }
  }
  return std::nullopt;
}

// Throws the input_error that names tensor, row (or column) and group.
template <class T>
void check_nm(std::span<const T> w, int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side,
              const std::string& file, const std::string& tensor);

}  // namespace scansim
