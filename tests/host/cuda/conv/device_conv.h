// The convolutions on the first CUDA device, as the tests call them: host pointers in, host pointers out.
// Throws tool_error with the driver's words.
#pragma once
#include <string>

#include "host/cuda/conv/causal_conv1d_call.h"

namespace scansim {

std::string why_no_device();  // empty: there is one
void device_conv(const causal_conv1d_call& call);
void device_conv(const causal_conv1d_update_call& call);

}  // namespace scansim
