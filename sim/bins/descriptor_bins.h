// Bins of the fields of a legal descriptor, by what its place and its member are:
//   a flag                 =0, =1                    at most 3 bits     each value
//   a signed member        negative, zero, positive  64 bits (address)  low (below 4 GiB), high
//   another number         min, 1, mid, max-1, max
// min and max are the ends of what is legal beside the other fields of the same descriptor, found by asking
// the rules for the value before and the one behind; mid is strictly between. And of combinations:
//   scan   reverse x has_h0 x store_state x rest {full, part} x tiles {1, 2, many} x passes {1, many}
//   scan   load_params x behind other lane groups x banked; resume x keep
//   gemm   gather x scatter x N:M x weights of 4 bits x epilogue
// Contract: pure; a descriptor that the machine refuses hits nothing here (list_bins.h).
#pragma once
#include "hls/map/csr_map.h"
#include "hls/map/descriptor_map.h"
#include "hls/scan/set_descriptor.h"
#include "sim/bins/bin_model.h"
#include "sim/descriptor_check.h"

namespace scansim {

using descriptor_bits = uint32_t[map::descriptor_words];

bin_set descriptor_bins();

// What the machine says of a descriptor, whatever its opcode.
csr::error_code error_of_descriptor(const descriptor_bits& words, const machine_shape& shape,
                                    scan_place run = scan_place::none);

// nullptr: no opcode has that code.
const map::opcode_row* opcode_row_of(uint32_t code);

// `w4`: the weights on chip come from 4 bits.
void hit_descriptor(const descriptor_bits& words, const machine_shape& shape, bool w4, bin_set& hit);

}  // namespace scansim
