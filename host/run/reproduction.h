// The one command that shows a disagreement again: the rungs that differ and those that they differ from, no
// others, with waves where one of them has waves. Contract: complete; it needs nothing but the trace and,
// where one was named, the design point's file.
#pragma once
#include <span>
#include <string>

#include "host/report/run_result.h"
#include "host/run/run_request.h"
#include "sim/rungs/rung.h"

namespace scansim {

// `running`: the rungs of the run, in ladder order. `off_arithmetic`: the rung whose machine has not the bits
// of the operator's own arithmetic, which shows only if another machine runs too; nullptr: none.
std::string reproduction(const run_request& request, std::span<const rung* const> running,
                         const run_result& result, const rung* off_arithmetic);

}  // namespace scansim
