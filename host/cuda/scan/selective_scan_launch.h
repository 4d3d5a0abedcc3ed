// Enqueues one selective scan on a CUDA stream (a cudaStream_t as void*, null for the default one), and the
// choice of the schedule and its shape. Contract: pointers are device memory; a configuration that is not one
// of selective_scan_configurations(states), a precision of int8 and sizes out of range throw
// std::invalid_argument; tool_error with the driver's words if the launch fails. selective_scan_choose needs
// no device.
#pragma once
#include <vector>

#include "host/cuda/scan/scan_call.h"

namespace scansim {

void launch_selective_scan(const scan_call& call, const scan_configuration& configuration, void* stream);

// Every configuration that is compiled and serves N = states; for the tests and for tuning.
std::vector<scan_configuration> selective_scan_configurations(int states);

// in_time as soon as channels * batch * lanes give every multiprocessor of the device 12 warps, with the
// fewest lanes that do, or if there are too few tokens to share; over_time otherwise, with items by the
// length, a warp per channel, or four where channels * batch give no multiprocessor 8 warps.
scan_configuration selective_scan_choose(const scan_sizes& sizes, int multiprocessors);

// std::invalid_argument unless 1 <= N <= 256, everything is positive and groups divide the channels.
void check_scan_sizes(const scan_sizes& sizes);

}  // namespace scansim
