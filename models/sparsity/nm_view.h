// The pattern N:M of fine-grained sparsity: of every M consecutive weights along the reduction at most N are
// non-zero. M is 4, 8 or 16, 1 <= N <= M; N = M is dense. `nm_side` says which axis of a weight matrix w
// (outputs, inputs) is reduced: inputs for the forward product x w^T, outputs for the backward data pass dY
// w. Contract: parsing accepts exactly "<N>:<M>" in decimal digits; everything else is an input_error naming
// the option.
#pragma once
#include <cstdint>
#include <string>

namespace scansim {

struct nm_pattern {
  int n = 4, m = 4;
  bool dense() const { return n == m; }
  bool operator==(const nm_pattern&) const = default;
};

enum class nm_side { inputs, outputs };

nm_pattern parse_nm_pattern(const std::string& text, const std::string& field);
std::string to_string(const nm_pattern& pattern);  // "2:4"
nm_side parse_nm_side(const std::string& text, const std::string& field);
const char* to_string(nm_side side);

// A weight matrix seen along its reduction: `vectors` independent vectors of `length` elements; element k of
// vector v is at v * vector_stride + k * element_stride of the row-major matrix.
struct nm_view {
  int64_t vectors, length, vector_stride, element_stride;
  int64_t groups(const nm_pattern& p) const { return (length + p.m - 1) / p.m; }
  int64_t at(int64_t vector, int64_t k) const { return vector * vector_stride + k * element_stride; }
};
nm_view view_along(nm_side side, int64_t rows, int64_t cols);

}  // namespace scansim
