// The two upper rungs of the operators around the scan: ref in double precision on a trace's values, hls in
// the machine's integers on quantised ones (hls/gemm, hls/units). Contract: quantisation chooses power-of-two
// scales of least squared error from the call itself; result and bound are described in operator_result.h.
// These rungs have no time, counters of blocks or memory.
#pragma once
#include <string>
#include <vector>

#include "host/operators/operator_result.h"
#include "models/configs/design_point.h"
#include "traces/operator_trace.h"

namespace scansim {

// y on the values of the call as they are.
std::vector<double> operator_on_ref(const operator_call& call);

// Of `point`: gemm without epilogue takes output_bits, mamba_block the scan's arithmetic; all other widths
// are fixed. `file` names the source in input_error, thrown if the values' ranges lie too far apart for the
// machine's shifts.
operator_result operator_on_hls(const operator_call& call, const design_point& point,
                                const std::string& file);

operator_result conv1d_on_hls(const conv1d_call& call, const std::string& file);
operator_result hadamard_on_hls(const hadamard_call& call, const std::string& file);
operator_result rms_norm_on_hls(const rms_norm_call& call, const std::string& file);

}  // namespace scansim
