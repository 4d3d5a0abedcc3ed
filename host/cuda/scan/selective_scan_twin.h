// Host twins of the float kernels: the recurrence token after token, in float32, from the kernels' own leaf
// functions. Contract: pointers are host memory; within the tolerances of ../README.md of every kernel of the
// same call, not bit for bit (sums over states and affine maps are grouped differently there). For checking;
// one thread.
#pragma once
#include "host/cuda/scan/scan_call.h"

namespace scansim {

void selective_scan_twin(const scan_call& call);
void state_update_twin(const state_update_call& call);

}  // namespace scansim
