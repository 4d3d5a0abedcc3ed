// The value of a metric over the calls that were chosen: of each call the sum over its launches where the
// metric adds up, the value of one where it is the same in all; over the calls the median, with the extremes.
// Of a summary's rows the tool's own statistic, or its totals over the calls that were said. Contract: every
// cell asked for has a value. A fault without an expectation is no error: the metric has no value for a call.
#pragma once
#include "host/gpu_profile/import_selection.h"

namespace scansim {

// An empty cell where the launch has none for the column.
const import_cell& cell_of(const import_launch& launch, size_t column);

// Sets value, low, high and samples, and continues the aggregation. `said`: of --calls, 0 for none.
import_fault fill_metric(profile_metric& metric, const import_page& page,
                         const std::vector<import_call>& calls, size_t column, int64_t said);

}  // namespace scansim
