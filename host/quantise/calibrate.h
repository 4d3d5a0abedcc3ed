// Static calibration: one power-of-two scale per signal, chosen from the values of the trace itself.
//   delta, B, C, z, D, delta_bias: the most fraction bits with which the largest and the smallest value still
//   fit; A: 16 bits as those, 8 bits those whose decays are least wrong (decay_fit.h)
//   u: 16 bits as those; 8 bits between that and the fit of the 99.95 percentile of |u| (Quamba),
//   the one with the least
//      squared error, so that a few outliers do not cost every value a bit and are not clipped where it does
//      not pay
//   state, v, y: the largest magnitude of the double reference on the quantised inputs, plus 1/64
//   state again: more bits where single outliers would push y's error beyond half of the bar (clip_state.h)
// then fraction bits are lowered until every shift of the machine is within its field and no intermediate
// overflows. Contract: signals inside the calibrated range do not saturate, except clipped u, A and states,
// and dt >= 16. Deterministic. Cost: one to three runs of the double reference and at least one of the hls
// rung.
#pragma once
#include <climits>
#include <functional>
#include <optional>

#include "host/quantise/clip_state.h"
#include "host/quantise/quantised_scan.h"

namespace scansim {

struct calibrated_scan {
  scan_scales scales;
  // The scan under these scales, where calibration came by it: a call with h0 or whose inputs' scales had to
  // change last has none.
  std::optional<scan_reference> reference;
};

// What other scans leave to one whose output is added to theirs.
struct scale_limits {
  int frac_u = INT_MAX, frac_z = INT_MAX, frac_y = INT_MAX;
  std::optional<int> frac_a = std::nullopt;  // of all that share its A; none: that of its largest value
};

// The fraction bits of A whose decays are least wrong over a scan (decay_fit.h); none: wider than 8 bits.
std::optional<int> decay_frac(const scan_tensors& tensors, const hls::widths& w);

// Of a scan that runs in parts or in another order: `most_of` gives the largest magnitudes that it reaches on
// inputs like `tensors`. No state is clipped.
scan_scales calibrate_parts(const scan_tensors& tensors, const hls::widths& w, const scale_limits& limits,
                            const std::function<scan_absmax(const scan_tensors& inputs)>& most_of);

// The most fraction bits with which a magnitude fits an output of so many bits.
int output_frac(double magnitude, int bits);

// Errors: input_error for a positive A.
calibrated_scan calibrate_with_reference(const scan_tensors& tensors, const hls::widths& w);
scan_scales calibrate(const scan_tensors& tensors, const hls::widths& w);

}  // namespace scansim
