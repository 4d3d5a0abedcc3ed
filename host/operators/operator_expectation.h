// An operator's outputs by ref against the recorded ones, as a verdict with one line that names the first
// place where they differ, and where an element of an output is. Choose it for ref only; what hls may differ
// by is in operator_result.h.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/operators/operator_list.h"

namespace scansim {

// As the row says, else "[2, 5]" by the axes of the recorded output.
std::string place_in(const operator_row& row, const call& one, const std::string& output, int64_t index);

// Of an output as the trace has it, recorded or not; empty: not known.
std::vector<int64_t> shape_in(const operator_row& row, const call& one, const std::string& output);

// Every output that was recorded, and what the scan in the call adds to them: the first that differs, or else
// the first, is told of; `share`: of the call, nullptr where it has no scan. A trace with a tolerance of its
// own is held to that tolerance alone.
expect_verdict compare_with_recorded(const operator_row& row, const trace& given,
                                     const std::vector<named_reals>& outputs, const scan_share* share);

// Faults of the scan with which ref would have agreed with the recording, too.
std::vector<std::string> unseen_faults(const operator_row& row, const trace& given, const scan_trial& trial);

}  // namespace scansim
