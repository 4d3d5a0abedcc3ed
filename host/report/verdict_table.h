// The report on the terminal: one row per rung (the gpu's with its label) (does it agree, and with what;
// cycles; time at the design point's clock; tokens/s; state updates or MACs a second; energy per token as
// low/nominal/high with its level; how fast the simulator ran), then errors, what the operator's arithmetic
// counted, what limits the machine, stalls, energy by block and event, files. Plain
// ASCII, at most 120 columns except for paths and findings. Rates of the machine are tokens and state updates
// of the operator over its simulated time; those of the simulator are over wall time. Throws tool_error if
// the result contradicts itself (check_run_result).
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

// "verdict: ..."; nothing where a report compared nothing.
std::string verdict_line(const run_result& result);
std::string verdict_text(const run_result& result);  // run, rungs, findings, errors, files
std::string stall_text(const rung_result& rung);     // blocks; empty if the rung has no time
// All of it: the verdict, stalls and energy of the last rung that has them, bytes by tensor.
std::string report_text(const run_result& result);

}  // namespace scansim
