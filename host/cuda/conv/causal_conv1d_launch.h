// Launches the causal depthwise convolutions on a CUDA stream. Contract: the calls' pointers are device
// memory; returns once the kernel is enqueued. Throws std::invalid_argument for a call that no kernel serves
// (width outside 2 to 4, int8), tool_error with the driver's words if the launch is refused.
#pragma once
#include "host/cuda/conv/causal_conv1d_call.h"

namespace scansim {

void launch_causal_conv1d(const causal_conv1d_call& call, void* stream);
void launch_causal_conv1d_update(const causal_conv1d_update_call& call, void* stream);

}  // namespace scansim
