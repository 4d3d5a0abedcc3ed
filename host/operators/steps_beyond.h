// Steps of a scan, delta + delta_bias, that the machine cuts off: beyond 16 before or after softplus, below
// -16 in front of it, or negative without it. By what they are, 0 included.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "traces/scan_tensors.h"

namespace scansim {

std::map<std::string, uint64_t> steps_beyond(const scan_tensors& tensors);

}  // namespace scansim
