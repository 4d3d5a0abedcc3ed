// Launches Quamba's int8 scan on a CUDA stream. Contract: the call's pointers are device memory, 1 <= N <=
// 256, G divides D; returns once the kernel is enqueued; throws tool_error with the driver's words if it is
// refused.
#pragma once
#include "host/cuda/scan/quamba_scan_call.h"

namespace scansim {

void launch_quamba_scan(const quamba_scan_call& call, void* stream);

}  // namespace scansim
