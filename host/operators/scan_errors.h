// How far the machine's scan is from ref on the same integers, each a relative mean squared error:
//   scan: C.h of every token, without skip and gate;  h_last: the state that is left, a saturated one right
//   when it is the limit
// Contract: one bar for both, twice that of y (hls/README.md, section 5: the rounding of a 16-bit state), for
// a scan that is a call and for those inside a layer, whose inputs are the integers that the layer gave them.
// It says nothing about y. Runs ref and the hls rung once a scan.
#pragma once
#include <string>
#include <vector>

#include "host/operators/scan_bound.h"
#include "host/quantise/scan_machine.h"
#include "models/ref/error_line.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

inline constexpr double scan_mse_bar = 1e-4;  // at 8-bit operands and 16-bit states
inline constexpr double y_mse_bar = 5e-5;     // of a scan's output, there with 16 bits

struct scan_part_errors {
  double scan = 0, h_last = 0;
  bool within_bar() const { return scan <= scan_mse_bar && h_last <= scan_mse_bar; }
};

// hls on ref, token by token: gains and offsets that no squared error tells from noise. The spreads are what
// chance makes of a call of this size: as many are allowed as chance exceeds no oftener than four deviations,
// more where the call has few rows to tell a spread by (models/ref/student_quantile.h).
struct scan_lines {
  error_line y;     // mean: in last places of y
  error_line scan;  // C.h
  bool straight() const;
  std::string text() const;
};
// `alone`: C.h of the machine; `readout`: of ref.
scan_lines lines_of(const std::vector<double>& y, const std::vector<double>& want_y,
                    const std::vector<double>& alone, const std::vector<double>& readout,
                    const quantised_scan& scan);
inline constexpr double slope_bar = 3e-4, mean_bar = 0.05;
bool slope_kept(const error_line& line);
bool mean_kept(const error_line& line);

// "beyond its bar: y, h_last; ", and why where every value is as right as its roundings allow; "" without
// any.
std::string missed_bars(const std::vector<std::string>& names, bool by_formats);

double h_last_error(const std::vector<int32_t>& h_last, const std::vector<double>& want,
                    const scan_scales& scales);

// ref whose states stop at the limits of their format.
struct limited_scan {
  std::vector<double> readout, y, h_last;  // C.h and y, (batch, D, L); (batch, D, N)
};
limited_scan run_limited(const scan_tensors& tensors, const scan_scales& scales);

// Of the scans of a layer against run_limited: a layer's scales let a few states saturate where that makes
// its output better, and a state that saturated is right when it is the limit.
struct layer_scan_errors {
  scan_part_errors part;            // the larger one of each, over all scans
  std::vector<scan_bounds> bounds;  // scan by scan
  std::vector<scan_lines> lines;    // likewise
  bool straight() const;
};
layer_scan_errors errors_of(const std::vector<recorded_scan>& scans, const hls::widths& widths);

}  // namespace scansim
