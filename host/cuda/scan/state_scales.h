// Scales of an int8 state beside float activations, as static calibration has them: of each channel the
// largest |h| of a decode, over the batch, every token and every n, / 127. Contract: (D) values, each above
// 0; the call's own states are what it is calibrated on. And the state before the first token in it, (batch,
// D, N).
#pragma once
#include <cstdint>
#include <vector>

#include "traces/scan_tensors.h"

namespace scansim {

std::vector<float> int8_state_scales(const scan_tensors& tensors);
std::vector<int8_t> int8_initial_state(const scan_tensors& tensors, const std::vector<float>& scales);

}  // namespace scansim
