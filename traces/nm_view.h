// A weight matrix seen along its reduction, for N:M sparsity (traces/nm_pattern.h): `nm_side` says which axis
// of w (outputs, inputs) is reduced: inputs for the forward product x w^T, outputs for the backward data pass
// dY w.
#pragma once
#include <cstdint>
#include <string>

#include "traces/nm_pattern.h"

namespace scansim {

enum class nm_side { inputs, outputs };

// Errors: input_error naming the option.
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
