#include "host/operators/scan_errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "host/quantise/quantise.h"
#include "host/quantise/scan_alone.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "models/ref/student_quantile.h"

namespace scansim {

namespace {

// How far chance puts a value off whose spread is an estimate from that many observations.
double chance(double spread, size_t observations) {
  return observations < 2 ? spread
                          : spread * student_of_four_deviations(static_cast<double>(observations - 1));
}

state_range range_of(const scan_scales& scales) {
  const double step = std::ldexp(1.0, -scales.frac_state), limit = std::ldexp(step, scales.state_bits - 1);
  return {-limit, limit - step};
}

// A state that saturated is right when it is the limit.
std::vector<double> limited_states(std::vector<double> states, const scan_scales& scales) {
  const state_range range = range_of(scales);
  for (double& h : states) h = std::clamp(h, range.low, range.high);
  return states;
}

}  // namespace

bool slope_kept(const error_line& line) {
  return std::fabs(line.slope - 1) <= slope_bar + chance(line.slope_spread, line.rows);
}

bool mean_kept(const error_line& line) {
  return std::fabs(line.mean) <= mean_bar + chance(line.mean_spread, line.rows);
}

scan_lines lines_of(const std::vector<double>& y, const std::vector<double>& want_y,
                    const std::vector<double>& alone, const std::vector<double>& readout,
                    const quantised_scan& scan) {
  // What hangs together is one observation: a channel's tokens by their state; where a sequence has one
  // token, its channels by the B and C that they share.
  const auto row = static_cast<size_t>(scan.shape.length > 1 ? scan.shape.length : scan.shape.channels);
  scan_lines lines{error_line_of(y, want_y, row), error_line_of(alone, readout, row)};
  lines.y.mean = std::ldexp(lines.y.mean, scan.scales.frac_y);
  lines.y.mean_spread = std::ldexp(lines.y.mean_spread, scan.scales.frac_y);
  return lines;
}

bool scan_lines::straight() const { return slope_kept(y) && slope_kept(scan) && mean_kept(y); }

std::string scan_lines::text() const {
  return fmt::format(
      "slope of y on ref 1 {:+.1e} (spread {:.0e}), of the scan alone 1 {:+.1e} (spread {:.0e}), bar {:.0e}; "
      "mean of y off by {:+.3f} last places (spread {:.3f}), bar {}",
      y.slope - 1, y.slope_spread, scan.slope - 1, scan.slope_spread, slope_bar, y.mean, y.mean_spread,
      mean_bar);
}

std::string missed_bars(const std::vector<std::string>& names, bool by_formats) {
  if (names.empty()) return "";
  return fmt::format("beyond its bar: {}; {}", fmt::join(names, ", "),
                     by_formats ? "each value is within its error bound: the formats are too coarse for this "
                                  "call; "
                                : "");
}

double h_last_error(const std::vector<int32_t>& h_last, const std::vector<double>& want,
                    const scan_scales& scales) {
  return relative_mse(dequantise(h_last, scales.frac_state), limited_states(want, scales));
}

limited_scan run_limited(const scan_tensors& tensors, const scan_scales& scales) {
  const state_range range = range_of(scales);
  scan_terms terms;
  scan_output out = selective_scan_ref(tensors, nullptr, &terms, &range);
  return {std::move(terms.readout), std::move(out.y), std::move(out.h_last)};
}

bool layer_scan_errors::straight() const {
  return std::all_of(lines.begin(), lines.end(), [](const scan_lines& one) { return one.straight(); });
}

layer_scan_errors errors_of(const std::vector<recorded_scan>& scans, const hls::widths& widths) {
  layer_scan_errors all;
  for (const recorded_scan& one : scans) {
    const scan_scales& s = one.scan.scales;
    const limited_scan want = run_limited(dequantise(one.scan), s);
    const std::vector<double> alone = scan_alone_on_hls(one.scan, widths, want.readout),
                              y = dequantise(one.y, s.frac_y), h_last = dequantise(one.h_last, s.frac_state);
    all.part.scan = std::max(all.part.scan, relative_mse(alone, want.readout));
    all.part.h_last = std::max(all.part.h_last, h_last_error(one.h_last, want.h_last, s));
    all.bounds.push_back(bounds_of(one.scan, widths, {y, h_last, want.y, want.h_last}));
    all.lines.push_back(lines_of(y, want.y, alone, want.readout, one.scan));
  }
  return all;
}

}  // namespace scansim
