// selective_scan for the harness: the hls machine is its arithmetic.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/cuda/numerics/activation_unit.h"
#include "host/operators/operator_rows.h"
#include "host/operators/scan_bound.h"
#include "host/operators/scan_errors.h"
#include "host/operators/scan_trials.h"
#include "host/operators/steps_beyond.h"
#include "host/program/scan/scan_program.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_alone.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/calls/selective_scan.h"

namespace scansim {

namespace {

const scan_tensors& tensors_in(const call& one) { return payload<selective_scan_call>(one).scan; }

least_work scan_work(const call& one) {
  const scan_tensors& t = tensors_in(one);
  const auto updates = static_cast<double>(one.state_updates());
  const double softplus = t.options.delta_softplus ? softplus_unit_ops * elements(t.u) : 0;
  return {elements(t.u) + elements(t.delta) + elements(t.z) + elements(t.b) + elements(t.c) + elements(t.a) +
              elements(t.d) + elements(t.delta_bias) + elements(t.h0) + elements(t.u),
          updates, 6 * updates, updates + softplus + silu_unit_ops * elements(t.z)};
}

struct call_errors {
  double y = 0;           // hls against ref on the same integers
  scan_lines lines;       // likewise
  scan_bounds bounds;     // likewise
  scan_part_errors part;  // likewise
  part_gain gain;         // of the scan in y
  double lost = 0;        // of y against ref on the values as given
};

class quantised_scan_call : public quantised_call {
 public:
  quantised_scan_call(const scan_tensors& tensors, const call_scales* stored, const design_point& point)
      : point_(point) {
    for (const auto& [limit, count] : steps_beyond(tensors)) cut_steps_ += count;
    if (stored != nullptr)
      scales_.scan = payload<selective_scan_scales>(*stored).scan;
    else
      take(calibrate_with_reference(tensors, widths_of(point)));
    make_shifts(scales_.scan, widths_of(point),
                shift_form_of(tensors));  // refuses what a machine cannot state
    scan_ = quantise(tensors, scales_.scan);
  }

  const call_scales* scales() const override { return &scales_; }
  bound_verdict judge(const element_place& place, const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  const std::vector<double>* readout() const override { return &wanted_->alone; }
  std::optional<scan_bars> bars() override {
    return binding() ? std::optional<scan_bars>({y_mse_bar, scan_mse_bar, scan_mse_bar}) : std::nullopt;
  }
  program compile(const compile_options&) const override { return make_scan_program(scan_, point_); }
  std::vector<int> fraction_bits(const std::string& output) const override {
    return {output == "y" ? scales_.scan.frac_y : scales_.scan.frac_state};
  }

 private:
  design_point point_;
  selective_scan_scales scales_;
  quantised_scan scan_;
  std::optional<scan_reference> wanted_;  // on what the integers stand for
  uint64_t cut_steps_ = 0;

  void take(calibrated_scan found);
  void make_reference(const scan_tensors& inputs);
  call_errors errors_of(const std::vector<named_integers>& hls, const std::vector<double>& given_y);
  std::string saturation_text(double of_scan) const;
  bool binding() const { return point_.operand_bits == 8 && point_.output_bits == 16; }
};

// Which part of the scan's error is that of states that stop at their limits; the rest is rounding, unless
// steps are cut off.
std::string quantised_scan_call::saturation_text(double of_scan) const {
  const double share =
      relative_mse(run_limited(dequantise(scan_), scales_.scan).readout, wanted_->terms.readout);
  if (share == 0)
    return cut_steps_ > 0 ? "; no state saturates" : "; no state saturates, it is their rounding";
  if (cut_steps_ > 0)
    return fmt::format("; states at their limits make {:.2g} of the scan's {:.2g}", share, of_scan);
  return fmt::format("; {} it: states at their limits make {:.2g} of the scan's {:.2g}",
                     share > of_scan / 2 ? "saturation makes" : "rounding makes most of", share, of_scan);
}

void quantised_scan_call::take(calibrated_scan found) {
  scales_.scan = found.scales;
  wanted_ = std::move(found.reference);
}

void quantised_scan_call::make_reference(const scan_tensors& inputs) {
  if (wanted_) return;
  wanted_.emplace();
  wanted_->output = selective_scan_ref(inputs, nullptr, &wanted_->terms);
}

call_errors quantised_scan_call::errors_of(const std::vector<named_integers>& hls,
                                           const std::vector<double>& given_y) {
  const scan_tensors inputs = dequantise(scan_);
  make_reference(inputs);
  const std::vector<double> y = dequantise(hls.front().values, scan_.scales.frac_y);
  auto& [want, terms, alone] = *wanted_;
  const bool bare = inputs.d.empty() && inputs.z.empty() && point_.output_bits == 16;
  if (bare)
    alone = y;
  else if (alone.empty())
    alone = scan_alone_on_hls(scan_, widths_of(point_), terms.readout);
  call_errors errors;
  errors.y = relative_mse(y, want.y);
  errors.part = {relative_mse(alone, terms.readout), h_last_error(hls[1].values, want.h_last, scan_.scales)};
  errors.gain = gain_of_part(share_of(inputs, terms.gate), y, want.y);
  errors.lines = lines_of(y, want.y, alone, terms.readout, scan_);
  errors.bounds = bounds_of(scan_, widths_of(point_),
                            {y, dequantise(hls[1].values, scan_.scales.frac_state), want.y, want.h_last});
  errors.lost = relative_mse(y, given_y);
  return errors;
}

// Which bars are not kept; empty: all are. An error that is no number keeps none.
std::string beyond_bars(const call_errors& found) {
  std::vector<std::string> names;
  if (!(found.y <= y_mse_bar)) names.push_back("y");
  if (!(found.part.scan <= scan_mse_bar)) names.push_back("the scan alone");
  if (!(found.part.h_last <= scan_mse_bar)) names.push_back("h_last");
  if (!found.gain.kept()) names.push_back("what the scan adds");
  if (!found.lines.straight()) names.push_back("slope or mean");
  return missed_bars(names, found.bounds.kept() && found.gain.kept() && found.lines.straight());
}

bound_verdict quantised_scan_call::judge(const element_place&, const std::vector<named_integers>& hls,
                                         const std::vector<named_reals>& reference) {
  const call_errors found = errors_of(hls, reference.front().values);
  bound_verdict verdict;
  if (binding()) verdict.finding = beyond_bars(found);
  verdict.agree = found.bounds.kept() && verdict.finding.empty();
  verdict.line = found.lines.y, verdict.scan_line = found.lines.scan;
  verdict.hls_vs_ref = found.y, verdict.scan = found.part.scan, verdict.h_last = found.part.h_last;
  verdict.lost = found.lost;
  verdict.quantisation = relative_mse(wanted_->output.y, reference.front().values);
  verdict.finding += fmt::format(
      "relative MSE {:.3g} on the same quantised inputs, {} {:.0e}; of the scan alone {:.3g}, of h_last "
      "{:.3g}, {} {:.0e}",
      found.y, binding() ? "bar" : "reported only; the bar at 8-bit operands and 16-bit outputs is",
      y_mse_bar, found.part.scan, found.part.h_last, binding() ? "bar" : "theirs is", scan_mse_bar);
  verdict.finding += "; " + found.lines.text() + "; " + found.bounds.text();
  verdict.y_bound = found.bounds.y, verdict.h_last_bound = found.bounds.h_last;
  if (!verdict.agree && found.bounds.kept()) verdict.finding += saturation_text(found.part.scan);
  if (!found.gain.kept())
    verdict.finding += fmt::format("; y carries {:.3g} of what the scan adds", found.gain.gain);
  verdict.bound = {
      {"formula", fmt::format("relative MSE of y at most {:.0e}, of C.h and h_last {:.0e}{}", y_mse_bar,
                              scan_mse_bar, binding() ? "" : ", reported only at these widths")},
      {"largest_error", found.y},
      {"largest_share",
       std::max(found.y / y_mse_bar, std::max(found.part.scan, found.part.h_last) / scan_mse_bar)}};
  return verdict;
}

std::unique_ptr<quantised_call> scan_quantised(const call& one, const call_scales* stored,
                                               const design_point& point, const std::string&) {
  return std::make_unique<quantised_scan_call>(tensors_in(one), stored, point);
}

void scan_widths(call_scales& scales, const design_point& point) {
  take_widths(dynamic_cast<selective_scan_scales&>(scales).scan, point);
}

std::string place_in_scan(const call& one, const std::string& output, int64_t index) {
  const scan_shape& shape = tensors_in(one).shape;
  const bool state = output == "h_last";
  const int64_t length = state ? shape.states : shape.length, row = index / length;
  return fmt::format("(batch {}, channel {}, {} {})", row / shape.channels, row % shape.channels,
                     state ? "state" : "token", index % length);
}

// y as it is processed.
std::vector<int64_t> scan_order(const call& one, const std::string& output) {
  if (output != "y") return {};
  const scan_tensors& tensors = tensors_in(one);
  const scan_shape& shape = tensors.shape;
  std::vector<int64_t> order;
  order.reserve(static_cast<size_t>(shape.batch * shape.channels * shape.length));
  for (int64_t i = 0; i < shape.length; ++i)
    for (int64_t row = 0; row < shape.batch * shape.channels; ++row)
      order.push_back(row * shape.length + (tensors.options.reverse ? shape.length - 1 - i : i));
  return order;
}

}  // namespace

const operator_row selective_scan_row = {
    .kind = &selective_scan_kind,
    .ref =
        [](const call& one) {
          scan_output output = selective_scan_ref(tensors_in(one));
          return std::vector<named_reals>{{"y", std::move(output.y)}, {"h_last", std::move(output.h_last)}};
        },
    .quantise = scan_quantised,
    .work = scan_work,
    .set_widths = scan_widths,
    .scale_parameters = scan_scale_parameters,
    .needs_units = false,
    .has_kernel = true,
    .place = place_in_scan,
    .agrees = "",
    .not_recorded = "nothing recorded to compare with",
    .limits = [](const call& one) { return steps_beyond(tensors_in(one)); },
    .share = [](const call& one) { return share_of(tensors_in(one)); },
    .try_faults = [](const call& one) { return try_faults(payload<selective_scan_call>(one)); },
    .comparison_order = scan_order};

}  // namespace scansim
