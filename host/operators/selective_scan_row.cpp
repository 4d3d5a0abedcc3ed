// selective_scan for the harness: the hls machine is its arithmetic.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/operators/operator_rows.h"
#include "host/program/scan/scan_program.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/calls/selective_scan.h"

namespace scansim {

namespace {

constexpr double relative_mse_bar = 5e-5;

const scan_tensors& tensors_in(const call& one) { return payload<selective_scan_call>(one).scan; }

least_work scan_work(const call& one) {
  const scan_tensors& t = tensors_in(one);
  const auto updates = static_cast<double>(one.state_updates());
  return {elements(t.u) + elements(t.delta) + elements(t.z) + elements(t.b) + elements(t.c) + elements(t.a) +
              elements(t.d) + elements(t.delta_bias) + elements(t.h0) + elements(t.u),
          updates, 6 * updates};
}

class quantised_scan_call : public quantised_call {
 public:
  quantised_scan_call(const scan_tensors& tensors, const call_scales* stored, const design_point& point)
      : point_(point) {
    scales_.scan = stored != nullptr ? payload<selective_scan_scales>(*stored).scan
                                     : calibrate(tensors, widths_of(point));
    make_shifts(scales_.scan, widths_of(point), !tensors.z.empty());  // refuses what a machine cannot state
    scan_ = quantise(tensors, scales_.scan);
  }

  const call_scales* scales() const override { return &scales_; }
  bound_verdict judge(const element_place& place, const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  program compile(const compile_options&) const override { return make_scan_program(scan_, point_); }
  std::vector<int> fraction_bits(const std::string& output) const override {
    return {output == "y" ? scales_.scan.frac_y : scales_.scan.frac_state};
  }

 private:
  design_point point_;
  selective_scan_scales scales_;
  quantised_scan scan_;
  std::vector<double> quantised_y_;  // of ref on the quantised inputs
};

bound_verdict quantised_scan_call::judge(const element_place&, const std::vector<named_integers>& hls,
                                         const std::vector<named_reals>& reference) {
  if (quantised_y_.empty()) quantised_y_ = selective_scan_ref(dequantise(scan_)).y;
  const double error = relative_mse(dequantise(hls.front().values, scan_.scales.frac_y), quantised_y_);
  const bool binding = point_.operand_bits == 8 && point_.output_bits == 16;
  bound_verdict verdict;
  verdict.agree = !binding || error <= relative_mse_bar;
  verdict.hls_vs_ref = error;
  verdict.quantisation = relative_mse(quantised_y_, reference.front().values);
  verdict.finding = fmt::format(
      "relative MSE {:.3g} on the same quantised inputs, {} {:.0e}", error,
      binding ? "bar" : "reported only; the bar at 8-bit operands and 16-bit outputs is", relative_mse_bar);
  verdict.bound = {{"formula", fmt::format("relative MSE of y at most {:.0e}{}", relative_mse_bar,
                                           binding ? "" : ", reported only at these widths")},
                   {"largest_error", error},
                   {"largest_share", error / relative_mse_bar}};
  return verdict;
}

std::unique_ptr<quantised_call> scan_quantised(const call& one, const call_scales* stored,
                                               const design_point& point, const std::string&) {
  return std::make_unique<quantised_scan_call>(tensors_in(one), stored, point);
}

void scan_widths(call_scales& scales, const design_point& point) {
  take_widths(dynamic_cast<selective_scan_scales&>(scales).scan, point);
}

std::string scan_place(const call& one, const std::string& output, int64_t index) {
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
    .needs_units = false,
    .has_kernel = true,
    .place = scan_place,
    .agrees = "",
    .not_recorded = "nothing recorded to compare with",
    .comparison_order = scan_order};

}  // namespace scansim
