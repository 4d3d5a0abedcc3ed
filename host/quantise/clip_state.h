// Gives the state more fraction bits than its largest value allows, where a few outliers would cost all
// others too much:
//   while the machine's relative MSE against the reference, of y or of the scan alone (scan_alone.h), is
//   above what is tolerable (half of the hls rung's bar of each) and one more fraction bit lowers the larger
//   share of it, take that bit; the outliers then saturate, counted as always.
// Contract: scales with tolerable errors come back unchanged, so signals saturate only where rounding them
// all is worse. Runs the hls rung (not the machine's timing), at 16-bit outputs, once plus once per bit
// tried, and as often for the scan alone where the call has a skip or a gate. Internal to host/quantise.
#pragma once
#include "host/quantise/quantised_scan.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

// A quantised scan on the double reference, and what the hls rung reads out for it.
struct scan_reference {
  scan_output output;
  scan_terms terms;
  std::vector<double> alone;  // scan_alone_on_hls; empty: not run
};

inline constexpr double tolerable_error = 2.5e-5, tolerable_error_alone = 5e-5;

// `want`: the double reference on the inputs under `scales`; its `alone` becomes that of the scales returned.
scan_scales clip_state(const scan_tensors& tensors, const scan_scales& scales, const hls::widths& w,
                       scan_reference& want);

}  // namespace scansim
