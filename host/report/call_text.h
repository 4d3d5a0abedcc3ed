// What the report says of the call itself, whatever its operator: what the operator's own arithmetic counted,
// bytes by tensor, and for every rung with time the block that was busy longest. Empty where a run did not
// establish it. Choose verdict_table.h for the whole report.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string arithmetic_text(const run_result& result);  // in front of the verdict
std::string traffic_text(const run_result& result);     // of the last rung whose machine moved them
std::string busiest_text(const run_result& result);

}  // namespace scansim
