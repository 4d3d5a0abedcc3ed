// Tables of a run as CSV, one header line, units in the column names, no quoting: names hold neither commas
// nor quotes. Blocks: rung,block,cycles,busy,wait_in,wait_out,idle. Energy:
// rung,block,event,count,level,low_pj,nominal_pj, high_pj. Choose the JSON for anything else. Throws
// tool_error if the result contradicts itself.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string block_csv(const run_result& result);
std::string energy_csv(const run_result& result);

}  // namespace scansim
