// Programs of an operator without values: shapes alone decide descriptors, so zeros stand for weights and
// activations. Contract: cycles and counters (saturations aside) of each are those of a call of that shape;
// of an embedding, whose ids are addresses, those of a call with the ids below. Errors: input_error for what
// the design point cannot hold (program, field, expected, found).
#pragma once
#include <string>
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

// A sequence at a time where states are a sequence's own. What is larger than these is cut into equal parts
// and a rest: products into groups of output channels and of rows, others into rows, sequences, or parts of a
// sequence that hand their state on.
inline constexpr int64_t most_macs = int64_t{1} << 31, most_weights = 1 << 24;    // of a product
inline constexpr int64_t most_gemm_values = 1 << 25, most_rows_values = 1 << 22;  // of x or y
inline constexpr int64_t most_scan_values = 1 << 29;                              // of u
inline constexpr int64_t most_table_values = 1 << 25;                             // of an embedding
inline constexpr int64_t most_set_values = 1 << 25;                               // of u, for each set
std::vector<operator_slice> slices_of(const operator_shape& shape, const design_point& point);

// Why the sets of a scan_sets operator run as plain scans, one behind the other, on this machine; empty: they
// are scans with sets.
std::string why_plain_scans(const operator_shape& shape, const design_point& point);

// `rows` ids spread evenly over the table, by the golden ratio.
std::vector<int64_t> spread_ids(int64_t rows, int64_t vocabulary);

// Of one slice.
program make_timed_program(const operator_shape& shape, const design_point& point);

}  // namespace scansim
