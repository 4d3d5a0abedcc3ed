// What a reader of a verdict must know although the rungs agree: a check that would have passed with a faulty
// scan, too, and quantisation that lost the signal. Contract: empty where there is nothing to say; it changes
// no verdict.
#pragma once
#include <vector>

#include "host/operators/operator_case.h"
#include "host/report/run_result.h"

namespace scansim {

// hls against ref on the call as given, relative MSE: ten decibels of signal over all that was lost.
inline constexpr double lost_signal_bound = 0.1;

std::vector<run_warning> warnings_of(const std::string& rung, const expect_verdict& verdict);
std::vector<run_warning> warnings_of(const std::string& rung, const bound_verdict& verdict);

}  // namespace scansim
