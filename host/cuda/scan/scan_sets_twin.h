// Host twin of scan_sets_kernel: the same steps in float32, states one after the other. Contract: host
// pointers; within the tolerances of ../README.md, not bit for bit (the kernel adds lanes pairwise).
#pragma once
#include "host/cuda/scan/scan_sets_call.h"

namespace scansim {

void scan_sets_twin(const gpu_scan_sets& call);

}  // namespace scansim
