// A quantised scan as a program: laid out (scan_layout.h), packed (pack_scan.h), one run of descriptors, or
// one a token when decoding, with the state in memory between them. Outputs: y (batch, D, L), h_last (batch,
// D, N).
//   compulsory bytes: per run A, D, delta_bias and h0 read and h_last written once; u, delta, z, B, C read
//   and y written once; operands at the design point's width, D and delta_bias 2 bytes, no padding
// Contract: of padding and of what several descriptors read again the machine's own bytes know, the
// compulsory ones do not. Errors: input_error when the scan does not fit the design point (names the trace's
// tensor or scale). For scans inside a layer choose compile/layer_program.h.
#pragma once
#include "host/program/program.h"
#include "host/program/scan/scan_layout.h"
#include "models/configs/design_point.h"

namespace scansim {

program make_scan_program(const quantised_scan& scan, const design_point& point);

// The same cycles, events and traffic without a value: descriptors alone, no outputs. For rungs that have
// none (`fast`); a memory that is not in the image reads as it is.
program make_timed_scan_program(const scan_form& form, const design_point& point);

}  // namespace scansim
