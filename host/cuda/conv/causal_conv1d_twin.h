// Host twins of the convolution kernels: plain loops over batch, channel and token with the same step.
// Contract: host pointers; states equal the kernels' bit for bit, y within the published tolerances (equal
// under emulation).
#pragma once
#include "host/cuda/conv/causal_conv1d_call.h"

namespace scansim {

void causal_conv1d_twin(const causal_conv1d_call& call);
void causal_conv1d_update_twin(const causal_conv1d_update_call& call);

}  // namespace scansim
