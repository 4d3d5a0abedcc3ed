// A scan_sets call as a program: scans with sets (fused_sets_program.h) where it fits them (sets_fit.h), else
// for a machine that runs plain scans: its pieces (host/quantise/plain_pieces.h) laid out one behind the
// other, rows in the order in which they are scanned, y added up by the host when it reads them.
//   one run of all descriptors; another one begins in front of a piece that goes on from a state in memory
//   outputs: y (batch, D, R), then h_last.k (batch, channels of k, N of k)
//   compulsory bytes: scan_sets_traffic.h
// Contract: bits of y and of the states are what quantised_scan_sets.h says they are, on every rung; A, D and
// bias of a set lie in memory once and are read again only where the machine has read others since; a state
// is written where somebody reads it. Errors: input_error as of scan_program.h.
#pragma once
#include "host/program/program.h"
#include "host/quantise/quantised_scan_sets.h"
#include "models/configs/design_point.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {

// `call`: whose the weights are, for the names of what is moved.
program make_scan_sets_program(const scan_sets_call& call, const quantised_scan_sets& sets,
                               const design_point& point);

}  // namespace scansim
