// An operator's outputs against the recorded ones, as a verdict and as one line that names the first place
// where they differ. Choose it for ref only; what hls may differ by is in operator_result.h.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/ref/compare_to_expect.h"
#include "traces/trace.h"

namespace scansim {

// "[2, 5]" of a flat index of the output y.
std::string place_in_y(const call& one, int64_t index);

// Not present if nothing was recorded.
tensor_comparison compare_with_expected(const trace& given, const std::vector<double>& y);
std::string expected_text(const tensor_comparison& comparison, const call& one);

}  // namespace scansim
