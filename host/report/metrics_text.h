// machine_metrics of the rungs with time, as lines of the report: what limits the run, work a cycle against
// the arrays, bytes/s against the memory's peak, W, pJ a step, what the DRAM did. Rungs of equal lines share
// them.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string metrics_text(const run_result& result);

}  // namespace scansim
