// Writes a quantised scan into the memory image: operands in the machine's order, zero in every padded lane
// and state. Contract: `memory` has at least layout.bytes bytes; everything that the machine reads is written
// (descriptors too), the rest is left alone. Tiles are filled channel by channel, so that the trace is read
// in its own order.
#pragma once
#include <span>

#include "host/program/scan/scan_layout.h"

namespace scansim {

void pack(const quantised_scan& scan, const scan_layout& layout, const design_point& point,
          std::span<uint8_t> memory);

// Operands alone, into memory that is zero where a lane or a state is padding. A state that the scan does not
// bring along (h0 empty) is what memory holds there when it starts.
void pack_operands(const quantised_scan& scan, const scan_layout& layout, const design_point& point,
                   std::span<uint8_t> memory);

// Rows of channels alone, (batch, D, length) as the layout has them, to that address of its regions.
void pack_rows(const std::vector<int16_t>& values, const scan_layout& layout, uint64_t scan_region::*address,
               const design_point& point, std::span<uint8_t> memory);

// The descriptors of all runs alone, one behind the other.
void pack_descriptors(const scan_options& options, const hls::scan_shifts& shifts, const scan_layout& layout,
                      uint8_t* at);

}  // namespace scansim
