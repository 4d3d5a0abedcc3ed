// What a report says beside its verdict: warnings, and the limits of the machine that the call met, with
// counts (steps that the machine's range cuts off, saturated values by kind). Empty where there is nothing to
// say. Choose verdict_table.h for the whole report.
#pragma once
#include <map>
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string warnings_text(const run_result& result);  // a line each
std::string warning_kinds(const run_result& result);  // "blind check, quantisation": each once
std::string limits_text(const run_result& result);    // steps, then saturations of the last rung with any

// "delta_softplus.saturations_delta" -> count: what a rung saturated.
std::map<std::string, uint64_t> saturations_of(const rung_result& rung);

}  // namespace scansim
