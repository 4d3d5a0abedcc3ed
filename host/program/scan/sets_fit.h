// Whether a call of several sets runs as scans with sets (sim/SETS.md) on a design point, and how: sets over
// the same channels are the records of one descriptor, each with a walk (token_fit.h).
// Contract: what fits is legal on the machine; why_not names the first rule that does not hold.
#pragma once
#include <string>

#include "host/program/scan/token_fit.h"
#include "host/quantise/quantised_scan_sets.h"
#include "models/configs/design_point.h"

namespace scansim {

// What a set has in common with the one before it in its slice, in integers.
struct shared_tensors {
  bool delta = false, b = false, c = false, params = false;  // params: A, D and bias
};

struct fitted_set {
  shared_tensors same;
  size_t number = 0;  // of the call's sets
  fitted_walk tokens;
  bool from_h0 = false;
};

// Channels, and the sets that scan them.
struct set_slice {
  int64_t first_channel = 0, channels = 0;
  std::vector<fitted_set> sets;
  int log2_packed = 0;  // hls/scan/state_packing.h
};

struct sets_fit {
  std::vector<set_slice> slices;
  std::string why_not;  // empty: it fits
};

sets_fit fit_sets(const quantised_scan_sets& sets, const design_point& point);

}  // namespace scansim
