// The ceilings as kernels that are measured like any other: a device copy, exps alone, and launches of
// nothing, as a decode's graph has them. Contract: they own their memory, ignore the buffer set, and have no
// outputs.
#pragma once
#include <memory>

#include "host/cuda/measure/gpu_device.h"

namespace scansim {

std::unique_ptr<gpu_kernel> prepare_copy(const gpu_properties& properties, void* stream);
// One of the ways to compute exps; which in 0 .. exp_ways - 1.
inline constexpr int exp_ways = 4, unit_way = 0;  // the first has no polynomials
std::unique_ptr<gpu_kernel> prepare_exps(int way, const gpu_properties& properties, void* stream);

std::unique_ptr<gpu_kernel> prepare_launches(void* stream);

}  // namespace scansim
