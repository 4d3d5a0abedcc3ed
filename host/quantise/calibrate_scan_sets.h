// Scales of a scan_sets call: each set as a scan by itself (calibrate.h), on the ranges that its pieces
// reach, with one fraction for u, for z and for y. y's leaves room for the largest sum after any of the sets.
// Contract: deterministic; signals inside the calibrated range do not saturate, except clipped u and states
// (clip_state.h, on a set's longest piece). Cost: two to four runs of the double reference of every set, and
// at least one of the hls rung.
#pragma once
#include "host/quantise/quantised_scan_sets.h"
#include "models/configs/widths.h"

namespace scansim {

scan_sets_scales calibrate_scan_sets(const scan_sets_call& call, const hls::widths& w);

}  // namespace scansim
