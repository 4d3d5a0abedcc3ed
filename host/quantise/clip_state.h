// Gives the state more fraction bits than its largest value allows, where a few outliers would cost all
// others too much:
//   while the machine's relative MSE of y against the reference is above tolerable_error (half of the bar of
//   the hls rung) and one more fraction bit lowers it, take that bit; the outliers then saturate, counted as
//   always.
// Contract: scales below tolerable_error come back unchanged, so signals saturate only where rounding them
// all is worse. Runs the hls rung (not the machine's timing), at 16-bit outputs, once plus once per bit
// tried. Internal to host/quantise.
#pragma once
#include "host/quantise/quantised_scan.h"

namespace scansim {

inline constexpr double tolerable_error = 2.5e-5;

// `y`: the double reference on the inputs under `scales`, (batch, D, L).
scan_scales clip_state(const scan_tensors& tensors, const scan_scales& scales, const hls::widths& w,
                       const std::vector<double>& y);

}  // namespace scansim
