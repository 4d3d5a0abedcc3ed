// Which rungs a run has: those asked for, or all that the operator has on the design point and that have
// outputs (one without has to be asked for). Contract: in
// ladder order, each once; a rung that the design point cannot hold is refused before anything runs.
// Errors: input_error naming the option of the command line.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "host/run/run_request.h"
#include "sim/rungs/rung.h"

namespace scansim {

// What can be said without the trace: every name is in the ladder.
void check_rung_names(const run_request& request, std::span<const rung> ladder);

// Without a kernel no GPU's run of the call is known: the gpu must be asked for.
std::vector<const rung*> chosen_rungs(const run_request& request, const design_point& point,
                                      const call_facts& facts, std::span<const rung> ladder);

// A rung whose integers the operator's own arithmetic has too.
bool is_untimed_arithmetic(const rung& one);

std::vector<std::string> names_of(std::span<const rung* const> rungs);

}  // namespace scansim
