// What the program of a scan moves, tensor by tensor, in closed form from the layout.
//   u, delta, z, B, C, y    every chunk of every (block, batch) once, whole beats
//   A, D and delta_bias     once a run and block;   h0, h_last   the state before and behind every run
// Contract: read and written bytes are those of the dma counters; compulsory bytes: scan_program.h.
#pragma once
#include "host/program/program.h"
#include "host/program/scan/scan_layout.h"

namespace scansim {

std::vector<tensor_traffic> traffic_of(const scan_form& form, const scan_layout& layout,
                                       const design_point& point);

}  // namespace scansim
