// Host twin of the SSD kernels: the recurrence token after token in float32 from the kernels' leaf functions.
// Contract: pointers are host memory, the tables too; within the tolerances of ../README.md of the kernels,
// not bit for bit (they sum by chunks and by matrices). steps and chunk_states are left as they are. One
// thread.
#pragma once
#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

void ssd_twin(const gpu_ssd& call);
void ssd_update_twin(const ssd_update& call);

}  // namespace scansim
