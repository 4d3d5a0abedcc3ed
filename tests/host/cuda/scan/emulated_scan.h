// The kernels' own source run on the CPU, thread for thread: launches as the .cu files do, by the same
// dispatch. Throws std::invalid_argument if no kernel has the configuration.
#pragma once
#include "host/cuda/scan/scan_call.h"
#include "host/cuda/scan/scan_sets_call.h"

namespace scansim {

void emulated_selective_scan(const scan_call& call, const scan_configuration& configuration);
void emulated_state_update(const state_update_call& call);
void emulated_scan_sets(const gpu_scan_sets& call);

}  // namespace scansim
