// How far each y and each state of a scan in integers may be from the exact ones: a running error analysis
// beside the recurrence. Every rounding adds half a last place, every table its bound
// (hls/nonlin/pwl_bounds.h), what the state carries is scaled by the decay:
//   |dh'| <= a |dh| + |da| (|h| + |dh|) + |B| |d(dt u)| + roundings,   |dy| <= |gate| |dv| + |v| |dgate| +
//   |dv| |dgate| + ...
// Contract: a theorem, not a statistic: where nothing saturates no value of a right machine lies beyond its
// bound, whatever the inputs; one term left out of one sum does. Where an exact value comes near the end of
// its format the bound is infinite, for a state from there on. It is wide where many roundings meet (a slow
// decay adds them up); gains and offsets are for error_line.h. Source: Higham, Accuracy and Stability of
// Numerical Algorithms, 2nd edition, 2002, section 3.3 (running error analysis).
#pragma once
#include <string>
#include <vector>

#include "hls/formats.h"
#include "host/quantise/quantised_scan.h"
#include "models/ref/bound_share.h"

namespace scansim {

struct scan_bounds {
  bound_share y, h_last;
  bool kept() const { return y.beyond == 0 && h_last.beyond == 0; }
  std::string text() const;
};

// Values of an exact scan and how far a machine's may be from each.
struct bounded_values {
  std::vector<double> values, errors;
};
struct scan_error_limits {
  bounded_values y;       // (batch, D, L)
  bounded_values h_last;  // (batch, D, N)
};
// `before`: the states that it goes on from, in place of h0.
scan_error_limits limits_of(const quantised_scan& scan, const hls::widths& widths,
                            const bounded_values* before = nullptr);

// y: (batch, D, L), h_last: (batch, D, N), both as reals; want_* the exact ones on the same integers.
struct scan_values {
  const std::vector<double>&y, &h_last, &want_y, &want_h_last;
};
scan_bounds bounds_of(const quantised_scan& scan, const hls::widths& widths, const scan_values& values);

}  // namespace scansim
