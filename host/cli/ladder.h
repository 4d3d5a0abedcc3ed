// Runs a job rung by rung, from the top of the ladder down, and compares each with the one above it:
//   ref with the recorded output (published tolerance), gpu with ref where its outputs are known (published
//   tolerance of its kernel; no other rung is compared with it), hls with ref (relative MSE <= 5e-5 on the
//   same quantised inputs, binding at 8-bit operands and 16-bit outputs), systemc with hls (bits, events),
//   rtl with systemc (bits, cycles, every counter). Without systemc, rtl is compared with hls (bits, events).
// Contract: the first difference of a rung is named with its place and both values in rung_result::finding.
#pragma once
#include "host/cli/progress_display.h"
#include "host/cli/scan_request.h"
#include "host/report/run_result.h"

namespace scansim {

inline constexpr double hls_relative_mse_bar = 5e-5;

struct ladder_outcome {
  run_result result;
  bool counters_only = false;  // the rungs that differ have the same outputs, only their counters differ
};

ladder_outcome run_ladder(const scan_job& job, progress_display& progress);

// The scales of the trace for this design point's widths, else calibrated ones.
scan_scales scales_for(const scan_trace& trace, const design_point& point);

}  // namespace scansim
