// How far a machine's scan_sets call is from ref on the same integers: y as a whole, what the sets read out
// without skip and gate, the states that are left, and every value against what its roundings allow.
//   bound of y[o] = sum over the sets' outputs in row o of each one's bound (scan_bound.h)
// Contract: the bars of a scan (scan_errors.h), on the sum and on all sets together. A piece that goes on
// from a state in memory has no readout of its own.
#pragma once
#include "host/operators/scan_bound.h"
#include "host/operators/scan_errors.h"
#include "host/operators/scan_part.h"
#include "host/program/named_integers.h"
#include "host/quantise/quantised_scan_sets.h"
#include "models/ref/scan_sets_ref.h"

namespace scansim {

struct scan_sets_errors {
  double y = 0;  // relative MSE
  scan_part_errors part;
  part_gain gain;   // of the sets in y
  error_line line;  // of y; mean in last places
  scan_bounds bounds;
  bool straight() const;
};

// `want`: ref on dequantise(call, sets). `hls`: y, then a state of every set.
scan_sets_errors errors_of(const scan_sets_call& exact, const quantised_scan_sets& sets,
                           const hls::widths& widths, const std::vector<named_integers>& hls,
                           const scan_sets_output& want);

}  // namespace scansim
