// The kernels of a call of several, each timed by the protocol of the whole: launched by itself over the same
// rotating buffer sets, where it finds what the steps before it left. Contract: a metric "time of <step>" for
// each, in their order; none for a call without steps. Their sum is no time of the call: launches by
// themselves have gaps that a graph has not. Errors: tool_error as of time_launches.
#pragma once
#include <vector>

#include "host/cuda/measure/gpu_device.h"
#include "host/cuda/measure/host_clock.h"
#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

std::vector<profile_metric> measure_steps(gpu_device& device, gpu_kernel& kernel, int sets, int warm_up,
                                          int repetitions, const host_clock& clock);

}  // namespace scansim
