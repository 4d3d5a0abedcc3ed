// The scales of a scan inside a block: those of calibrate() moved by single bits, one signal
// after the other, as long as the error of what leaves the block shrinks:
//   error = |W (y_hls - y)|^2 / |W y|^2     y: the float model's output, W: the projection behind the scan
// Choose it over calibrate() when the float model's own output is known: A, B, C, delta and z may then be
// clipped where that pays, and a tensor's error counts by what it does to the block's output. Contract: every
// scale returned is legal for the machine; deterministic. Runs the hls rung some dozens of times.
#pragma once
#include <optional>

#include "host/quantise/scan_machine.h"
#include "models/nn/mamba_state.h"
#include "traces/scan_tensors.h"

namespace scansim {

// The most fraction bits that the operators around a scan can give it, since requantising only shifts right:
// u, z and delta at most these, B and C at most so many more than u, which they are made from.
struct scan_scale_limits {
  static constexpr int none = 1 << 20;
  int u = none, z = none, b_over_u = none, c_over_u = none;
  int y = none;                           // what is added to it has its scale
  int delta = none, delta_over_u = none;  // dt of its own scale, and dt made from u
  bool allow(const scan_scales& scales) const;
  // As much less as it takes, with less of the state where B has less.
  void lower(scan_scales& scales) const;
};

// Scales that a signal has anyway, because another scan has the same z or adds to the same y; they are not
// searched.
struct shared_scales {
  std::optional<int> z, y;
};

// `call` with expect_y; `projection` (outputs, D). Errors: input_error if the machine has no scales with it.
scan_scales search_scan_scales(const scan_tensors& call, const float_matrix& projection,
                               scan_machine& machine, const shared_scales& shared = {},
                               const scan_scale_limits& limits = {});

}  // namespace scansim
