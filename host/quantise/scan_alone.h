// What a quantised scan reads out, C.h, by the machine's arithmetic: the same integers of u, delta, A, B, C
// and h0 under the same scales, without skip and gate, its output on a 16-bit scale of its own. Choose it to
// judge the scan where the skip is so large, or the gate so uneven, that y says little of it. Contract: the
// states are those of the whole scan, bit for bit; shapes and widths that no machine has are an input_error.
// Runs the hls rung once.
#pragma once
#include "host/quantise/quantised_scan.h"

namespace scansim {

// `want`: ref's C.h on the same integers, (batch, D, L); its largest value chooses the scale.
std::vector<double> scan_alone_on_hls(const quantised_scan& scan, const hls::widths& w,
                                      const std::vector<double>& want);

}  // namespace scansim
