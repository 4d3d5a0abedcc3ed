// The memory model that a device asked for is one of memory_timing.h, with the parameters of this program's
// data folder.
#pragma once
#include "sim/mem/memory_timing.h"
#include "sim/rungs/device.h"

namespace scansim {

// What the models of that machine are given.
memory_parameters memory_parameters_of(const design_point& point, uint64_t seed);
// Throws input_error for an unknown memory model or a malformed parameter file.
std::unique_ptr<memory_timing> make_memory(const design_point& point, const device_options& options);

}  // namespace scansim
