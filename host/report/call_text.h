// What the report says of the call itself, whatever its operator: its name and how much work it is, what the
// operator's own arithmetic counted, bytes by tensor. Empty where a run did not establish it. Choose
// verdict_table.h for the whole report.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string call_line(const run_result& result);        // operator, tokens, useful work, bytes that must move
std::string arithmetic_text(const run_result& result);  // of the rung whose counts are the operator's own
std::string traffic_text(const run_result& result);     // of the last rung whose machine moved them

}  // namespace scansim
