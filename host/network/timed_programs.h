// Programs of an operator without values: shapes alone decide descriptors, so zeros stand for weights and
// activations. Contract: cycles and counters (saturations aside) of each are those of a call of that shape.
// Errors: input_error for what the design point cannot hold (program, field, expected, found).
#pragma once
#include <vector>

#include "host/network/network_operator.h"
#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

// One program and how often it runs, one behind the other.
struct operator_slice {
  operator_shape shape;
  uint64_t times = 1;
};

// A sequence at a time where states are a sequence's own; products above most_macs or most_weights in equal
// groups of output channels, rows above most_values in equal groups of rows.
inline constexpr int64_t most_macs = int64_t{1} << 31, most_weights = 1 << 24, most_values = 1 << 25;
std::vector<operator_slice> slices_of(const operator_shape& shape, const design_point& point);

// Of one slice.
program make_timed_program(const operator_shape& shape, const design_point& point);

}  // namespace scansim
