#include "host/operators/scan_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/operators/scan_tokens.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_alone.h"
#include "models/ref/relative_mse.h"

namespace scansim {

namespace {

class state_range {
 public:
  explicit state_range(const scan_scales& scales)
      : step_(std::ldexp(1.0, -scales.frac_state)), limit_(std::ldexp(step_, scales.state_bits - 1)) {}
  double limited(double h) const { return std::clamp(h, -limit_, limit_ - step_); }

 private:
  double step_, limit_;
};

// A state that saturated is right when it is the limit.
std::vector<double> limited_states(std::vector<double> states, const scan_scales& scales) {
  const state_range range(scales);
  for (double& h : states) h = range.limited(h);
  return states;
}

}  // namespace

bool scan_lines::straight() const {
  constexpr double spreads = 4;
  const auto kept = [&](const error_line& line) {
    return std::fabs(line.slope - 1) <= slope_bar + spreads * line.slope_spread;
  };
  return kept(y) && kept(scan) && std::fabs(y.mean) <= mean_bar + spreads * y.mean_spread;
}

std::string scan_lines::text() const {
  return fmt::format(
      "slope of y on ref 1 {:+.1e} (spread {:.0e}), of the scan alone 1 {:+.1e} (spread {:.0e}), bar {:.0e}; "
      "mean of y off by {:+.3f} last places (spread {:.3f}), bar {}",
      y.slope - 1, y.slope_spread, scan.slope - 1, scan.slope_spread, slope_bar, y.mean, y.mean_spread,
      mean_bar);
}

double h_last_error(const std::vector<int32_t>& h_last, const std::vector<double>& want,
                    const scan_scales& scales) {
  return relative_mse(dequantise(h_last, scales.frac_state), limited_states(want, scales));
}

limited_scan run_limited(const scan_tensors& t, const scan_scales& scales) {
  const auto length = static_cast<size_t>(t.shape.length), states = static_cast<size_t>(t.shape.states);
  const state_range range(scales);
  limited_scan result;
  result.readout.resize(t.u.size());
  result.h_last.resize(static_cast<size_t>(t.shape.batch * t.shape.channels) * states);
  for_each_token(t, [&](const scan_token& token) {
    double* h = result.h_last.data() + token.state;
    if (token.first && !t.h0.empty()) std::copy_n(t.h0.data() + token.state, states, h);
    double dt = t.delta[token.at] + (t.delta_bias.empty() ? 0.0 : t.delta_bias[token.channel]);
    if (t.options.delta_softplus && dt <= 20) dt = std::log1p(std::exp(dt));
    for (size_t n = 0; n < states; ++n) {
      const size_t at = token.vector + n * length;
      h[n] =
          range.limited(std::exp(dt * t.a[token.channel * states + n]) * h[n] + dt * t.u[token.at] * t.b[at]);
      result.readout[token.at] += t.c[at] * h[n];
    }
  });
  return result;
}

scan_part_errors errors_of(const std::vector<recorded_scan>& scans, const hls::widths& widths) {
  scan_part_errors most;
  for (const recorded_scan& one : scans) {
    const limited_scan want = run_limited(dequantise(one.scan), one.scan.scales);
    most.scan =
        std::max(most.scan, relative_mse(scan_alone_on_hls(one.scan, widths, want.readout), want.readout));
    most.h_last = std::max(most.h_last, h_last_error(one.h_last, want.h_last, one.scan.scales));
  }
  return most;
}

}  // namespace scansim
