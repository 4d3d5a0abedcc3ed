#include "host/quantise/clip_state.h"

#include <algorithm>

#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_alone.h"
#include "host/quantise/scan_machine.h"
#include "host/quantise/scan_shift_rules.h"
#include "host/quantise/trial_point.h"
#include "models/ref/relative_mse.h"

namespace scansim {

namespace {

class clip_trial {
 public:
  clip_trial(const scan_tensors& tensors, const hls::widths& w, const scan_reference& want)
      : tensors_(tensors), widths_(w), want_(want), machine_(trial_point(w)) {}

  // As a share of what is tolerable: the larger one of y and of the scan alone.
  double error(scan_scales scales) {
    scales.frac_y = gate_output_frac(scales);
    scales.output_bits = 16;
    quantised_scan scan = quantise(tensors_, scales);
    scan.options.decode = false;
    const double of_y =
        relative_mse(dequantise(machine_.run(scan).output("y"), scales.frac_y), want_.output.y);
    const double share = of_y / tolerable_error;
    if (tensors_.d.empty() && tensors_.z.empty()) return share;
    alone_ = scan_alone_on_hls(scan, widths_, want_.terms.readout);
    return std::max(share, relative_mse(alone_, want_.terms.readout) / tolerable_error_alone);
  }
  // Of the scales tried last.
  std::vector<double> take_alone() { return std::move(alone_); }

 private:
  const scan_tensors& tensors_;
  const hls::widths& widths_;
  const scan_reference& want_;
  scan_machine machine_;
  std::vector<double> alone_;
};

}  // namespace

scan_scales clip_state(const scan_tensors& tensors, const scan_scales& scales, const hls::widths& w,
                       scan_reference& want) {
  const shift_form form = shift_form_of(tensors);
  if (tensors.shape.states > hls::max_states || !legal(shifts_of(scales, w, form))) return scales;
  clip_trial machine(tensors, w, want);
  scan_scales best = scales;
  double least = machine.error(best);
  want.alone = machine.take_alone();
  while (least > 1) {
    scan_scales bolder = best;
    ++bolder.frac_state;
    if (!legal(shifts_of(bolder, w, form))) break;
    const double error = machine.error(bolder);
    if (error >= least) break;
    best = bolder;
    least = error;
    want.alone = machine.take_alone();
  }
  return best;
}

}  // namespace scansim
