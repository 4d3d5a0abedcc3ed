// Runs calls on host memory on the first CUDA device: copies in, the launcher, copies back. For the tests;
// slow. Throws tool_error with the driver's words.
#pragma once
#include <string>

#include "host/cuda/scan/scan_call.h"

namespace scansim {

// Empty if there is a device, else why not.
std::string why_no_device();
void device_selective_scan(const scan_call& call, const scan_configuration& configuration);
void device_state_update(const state_update_call& call);

}  // namespace scansim
