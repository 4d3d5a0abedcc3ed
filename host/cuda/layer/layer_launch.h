// Launches a step of a layer on a CUDA stream, or runs its host twin: plain loops, float32 sums in the order
// of the inputs. Contract: pointers are device memory, or host memory for the twin; the scan runs in the
// given configuration. The twin agrees with the kernels within the scan's tolerances. Throws
// std::invalid_argument for sizes that no kernel takes, tool_error with the driver's words.
#pragma once
#include "host/cuda/layer/layer_call.h"

namespace scansim {

void launch_layer_step(const layer_call& layer, layer_step step, const scan_configuration& configuration,
                       void* stream);

void layer_step_twin(const layer_call& layer, layer_step step);

}  // namespace scansim
