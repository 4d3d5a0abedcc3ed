// What a kernel with fast arithmetic computes, beside the same call's bit-true outputs: the relative squared
// errors sum (y' - y)^2 / sum y^2 of y and of the last state, in words for the record. Contract: both below
// 1e-3, the published suite's bound, else tool_error that names the kernel.
#pragma once
#include <string>

#include "host/cuda/measure/gpu_device.h"

namespace scansim {

std::string checked_against_bit_true(const std::string& kernel, const gpu_outputs& got,
                                     const gpu_outputs& bit_true);

}  // namespace scansim
