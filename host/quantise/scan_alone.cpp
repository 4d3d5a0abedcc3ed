#include "host/quantise/scan_alone.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_machine.h"
#include "host/quantise/scan_shift_rules.h"
#include "host/quantise/trial_point.h"

namespace scansim {

namespace {

scan_scales scales_alone(scan_scales s, const hls::widths& w, shift_form form, double largest) {
  form.has_z = false;
  const auto fit = [&](int bits) {
    const std::array<float, 1> most = {static_cast<float>(largest * headroom)};
    return absmax_frac(most, bits);
  };
  s.output_bits = 16;
  s.frac_skip_v = std::min(fit(hls::v_bits), s.frac_c + s.frac_state);
  s.frac_y = fit(16);
  // The same point as the sum's, so that its shift is none; nothing is added.
  s.frac_d = s.frac_c + s.frac_state - s.frac_u;
  s.frac_y += std::min(0, shifts_of(s, w, form).y);
  return s;
}

}  // namespace

std::vector<double> scan_alone_on_hls(const quantised_scan& scan, const hls::widths& w,
                                      const std::vector<double>& want) {
  double largest = 0;
  for (const double value : want) largest = std::max(largest, std::fabs(value));
  hls::widths widths = w;
  widths.output_bits = 16;
  quantised_scan alone = scan;
  alone.scales = scales_alone(scan.scales, widths, shift_form_of(scan), largest);
  alone.d.clear(), alone.z.clear();
  alone.options.decode = false;
  const program_result result = scan_machine(trial_point(widths)).run(alone);
  return dequantise(result.output("y"), alone.scales.frac_y);
}

}  // namespace scansim
