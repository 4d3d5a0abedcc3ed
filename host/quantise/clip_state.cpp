#include "host/quantise/clip_state.h"

#include <cmath>

#include "hls/scan/scan_serial.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_machine.h"
#include "host/quantise/scan_shift_rules.h"

namespace scansim {

namespace {

// Any machine of these widths that holds the scan: results do not depend on the rest.
design_point trial_point(const hls::widths& w) {
  design_point p;
  p.num_lanes = 16, p.states_per_lane = 16, p.interleave = 4, p.max_states = hls::max_states;
  p.operand_bits = w.operand_bits, p.state_bits = w.state_bits, p.output_bits = 16,
  p.exp_segments = w.exp_segments;
  p.chunk_tokens = 64, p.tile_buffers = 2, p.state_capacity = 1 << 17;
  p.axi_data_bits = 512, p.axi_max_burst = 64, p.read_outstanding = 4;
  return p;
}

class clip_trial {
 public:
  clip_trial(const scan_tensors& tensors, const hls::widths& w, const std::vector<double>& y)
      : tensors_(tensors), y_(y), machine_(trial_point(w)) {}

  double error(scan_scales scales) {
    scales.frac_y = gate_output_frac(scales);
    scales.output_bits = 16;
    quantised_scan scan = quantise(tensors_, scales);
    scan.options.decode = false;
    const program_result result = machine_.run(scan);
    const std::vector<int32_t>& got = result.output("y");
    const double step = std::ldexp(1.0, -scales.frac_y);
    double error = 0, power = 0;
    for (size_t i = 0; i < y_.size(); ++i) {
      const double difference = got[i] * step - y_[i];
      error += difference * difference;
      power += y_[i] * y_[i];
    }
    return power == 0 ? 0 : error / power;
  }

 private:
  const scan_tensors& tensors_;
  const std::vector<double>& y_;
  scan_machine machine_;
};

}  // namespace

scan_scales clip_state(const scan_tensors& tensors, const scan_scales& scales, const hls::widths& w,
                       const std::vector<double>& y) {
  const bool has_z = !tensors.z.empty();
  if (tensors.shape.states > hls::max_states || !legal(shifts_of(scales, w, has_z))) return scales;
  clip_trial machine(tensors, w, y);
  scan_scales best = scales;
  double least = machine.error(best);
  while (least > tolerable_error) {
    scan_scales bolder = best;
    ++bolder.frac_state;
    if (!legal(shifts_of(bolder, w, has_z))) break;
    const double error = machine.error(bolder);
    if (error >= least) break;
    best = bolder;
    least = error;
  }
  return best;
}

}  // namespace scansim
