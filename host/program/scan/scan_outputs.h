// Outputs of scans as the machine leaves them in memory, in the trace's order: the inverse of pack_scan.h.
//   rows_output     y (batch, D, L)              states_output   the states (batch, D, N)
// Contract: every element of the trace once; padding is not read.
#pragma once
#include "host/program/program_output.h"
#include "host/program/scan/scan_layout.h"

namespace scansim {

program_output rows_output(const std::string& name, std::shared_ptr<const scan_layout> layout,
                           const design_point& point);
program_output states_output(const std::string& name, std::shared_ptr<const scan_layout> layout,
                             const design_point& point);

}  // namespace scansim
