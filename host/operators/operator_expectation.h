// An operator's outputs against the recorded ones, as a verdict and as one line that names the first place
// where they differ. Choose it for ref only; what hls may differ by is in operator_result.h.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/ref/compare_to_expect.h"
#include "traces/operator_trace.h"

namespace scansim {

uint64_t tokens_of(const operator_call& call);  // rows of gemm, hadamard and rms_norm, L of conv1d and
                                                // mamba_block

// "y[2, 5]" of a flat index.
std::string place(const operator_call& call, int64_t index);

// Not present if nothing was recorded.
tensor_comparison compare_with_expected(const operator_trace& trace, const std::vector<double>& y);
std::string expected_text(const tensor_comparison& comparison, const operator_call& call);

}  // namespace scansim
