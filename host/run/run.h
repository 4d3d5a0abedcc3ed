// Runs a trace on the rungs of the ladder, from the top down, and compares each with the one above it, as the
// rows of the ladder say (sim/rungs/rung.h): ref with the recorded outputs; gpu with ref where its outputs
// are known; the first machine with ref inside the operator's bound on the same quantised inputs; machines
// with one another bit for bit, and by the counters that both have. An operator with integer arithmetic of
// its own has it in place of a rung without time, and the machine of that rung must give the same bits before
// another is compared with it. Contract: no terminal, no exit, no state outside the call; the result carries
// all that is reported of the run. A test may bring a ladder and a way to load of its own; without one it is
// load_case. `files` is the caller's to fill. Errors: input_error, tool_error.
#pragma once
#include <span>

#include "host/report/run_result.h"
#include "host/run/load_case.h"
#include "host/run/run_observer.h"
#include "host/run/run_request.h"
#include "sim/rungs/rung.h"

namespace scansim {

run_result run(const run_request& request, run_observer& observer, std::span<const rung> ladder = rung_list(),
               const case_loader& load = {});

}  // namespace scansim
