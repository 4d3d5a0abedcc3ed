// Machines that together have every value of each parameter, and values of every two parameters with each
// other: a covering array. Two parameters are paired by classes of their values: each value where there are
// at most four; else 0, and the low, middle and high third of the others in order.
// Contract: deterministic, from the table of parameters, the rules of legal machines (models/configs) and the
// starts alone; every machine is legal and is the start it was made from but for parameters of that table.
// Greedy with repair: a machine is made for the first value or pair that none has, and the rest of it is set
// to what adds most. A pair for which no legal machine is found is no bin; the test of this file searches
// longer. Milliseconds to a tenth of a second. Not the smallest array: 22 is the least, for the values of
// state_capacity.
#pragma once
#include <vector>

#include "models/configs/design_point.h"
#include "sim/bins/bin_model.h"

namespace scansim {

std::vector<design_point> covering_points(const std::vector<design_point>& starts);

// The bins of pairs that a machine hits: design_pair/<key>=<class> <key>=<class>.
bin_set pair_bins_of(const machine_parameters& point);
// Those of the covering array of `tiny` and `block-tiny`.
const bin_set& pair_bins();

std::string class_name(const parameter_row& row, int value);

}  // namespace scansim
