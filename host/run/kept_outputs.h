// A rung's outputs with their shapes and, of integers, what they stand for: value = integer * 2^-bits.
// Contract: everything that the rung gave, in its order; an output whose shape the call does not know is one
// row.
#pragma once
#include <vector>

#include "host/operators/operator_case.h"
#include "host/report/output_values.h"

namespace scansim {

// Of an output of `count` elements.
std::vector<int64_t> kept_shape(const operator_case& call, const std::string& output, size_t count);

std::vector<output_values> kept_outputs(operator_case& call, const std::vector<named_reals>& outputs);
std::vector<output_values> kept_outputs(operator_case& call, const std::vector<named_integers>& outputs);

}  // namespace scansim
