// Several scans of one input in double precision (traces/calls/scan_sets.h has the formulas): plain loops
// over grids, lists and trees, channel by channel, written apart from the maps and the walk that every other
// rung uses. Contract: the call satisfies check_call; y is the sum in the order of the sets. It does not
// quantise.
#pragma once
#include <vector>

#include "traces/calls/scan_sets.h"

namespace scansim {

struct scan_sets_output {
  std::vector<double> y;                    // (batch, D, R)
  std::vector<std::vector<double>> h_last;  // a set: (batch, channels, N); empty without final_state
};

scan_sets_output scan_sets_ref(const scan_sets_call& call);

// The rows that a map visits, in order, -1 where there is none; `rows` of the tensor.
std::vector<int64_t> rows_by_loops(const scan_sets_call& call, const scan_map& map, int64_t rows);

}  // namespace scansim
