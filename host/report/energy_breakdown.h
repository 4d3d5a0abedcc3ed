// The energy of one rung as a table: events and blocks by share, the largest first, those below
// folded_share in one line; levels and the system estimate whole. Every row stands in the JSON and in --csv.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

inline constexpr double folded_share = 0.01;

std::string energy_breakdown_text(const run_result& result, const rung_result& rung);  // empty: no energy
// The energy of its units by gates, where operands were counted; the error that each estimate has beside it.
std::string switching_text(const rung_result& rung);  // empty: not counted

}  // namespace scansim
