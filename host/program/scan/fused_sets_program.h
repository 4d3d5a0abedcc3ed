// A scan_sets call that fits (sets_fit.h) as scans with sets: one descriptor with its records per (slice,
// cut, sequence) in one run (sets_layout.h).
//   outputs: y (batch, D, R), zero where no set has the channel, then h_last.k; bytes: scan_sets_traffic.h
// Contract: bits of y and of the states are those of the plain scans of scan_sets_program.h.
#pragma once
#include "host/program/program.h"
#include "host/program/scan/sets_fit.h"

namespace scansim {

program make_fused_sets_program(const scan_sets_call& call, const quantised_scan_sets& sets,
                                const sets_fit& fit, const design_point& point);

}  // namespace scansim
