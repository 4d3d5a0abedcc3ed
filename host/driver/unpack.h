// Reads the outputs of a run from the memory image back into the trace's order: y (batch, D, L), h_last
// (batch, D, N). Contract: the inverse of the machine's order for every element of the trace; padding is not
// read.
#pragma once
#include <span>
#include <vector>

#include "host/driver/scan_layout.h"

namespace scansim {

std::vector<int32_t> unpack_y(const scan_layout& layout, const design_point& point,
                              std::span<const uint8_t> memory);
std::vector<int32_t> unpack_h_last(const scan_layout& layout, const design_point& point,
                                   std::span<const uint8_t> memory);

}  // namespace scansim
