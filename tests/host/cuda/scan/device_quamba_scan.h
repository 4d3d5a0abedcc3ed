// quamba_scan on the first CUDA device, as the tests call it: host pointers in, host pointers out. Throws
// tool_error with the driver's words.
#pragma once
#include <string>

#include "host/cuda/scan/quamba_scan_call.h"
#include "host/cuda/scan/quamba_update_call.h"

namespace scansim {

std::string why_no_device();  // empty: there is one
void device_quamba_scan(const quamba_scan_call& call);
void device_quamba_update(const quamba_update_call& call);

}  // namespace scansim
