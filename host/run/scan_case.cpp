// selective_scan as a case: host/quantise, host/program and ref behind the one interface.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/program/scan/scan_program.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "host/run/load_case.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/calls/scan_guess.h"
#include "traces/input_error.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

constexpr double relative_mse_bar = 5e-5;

template <class Outputs>
const auto& values_of(const Outputs& outputs, const std::string& name) {
  return std::find_if(outputs.begin(), outputs.end(), [&](const auto& one) { return one.name == name; })
      ->values;
}

class scan_case : public operator_case {
 public:
  scan_case(scan_trace trace, const design_point& point) : trace_(std::move(trace)), point_(point) {}

  call_facts facts() const override {
    const scan_shape& shape = trace_.tensors.shape;
    call_facts facts{trace_.path, trace_.sha256, "selective_scan", 0, 0, false, false};
    facts.tokens = static_cast<uint64_t>(shape.batch * shape.length);
    facts.state_updates = facts.tokens * static_cast<uint64_t>(shape.channels * shape.states);
    return facts;
  }
  least_work work() const override;
  const scan_trace* kernel_call() const override { return &trace_; }

  std::vector<named_reals> ref() const override {
    scan_output output = selective_scan_ref(trace_.tensors);
    return {{"y", std::move(output.y)}, {"h_last", std::move(output.h_last)}};
  }
  std::vector<std::string> notes() const override { return scan_notes(trace_.tensors); }
  expect_verdict compare_with_recorded(const std::vector<named_reals>& outputs) const override;

  void quantise() override {
    if (quantised_) return;
    scan_ = made_from(trace_.path, [&] { return scansim::quantise(trace_.tensors, chosen_scales()); });
    quantised_ = true;
  }
  std::optional<golden_result> golden() override { return std::nullopt; }
  bound_verdict judge(const std::vector<named_integers>& hls,
                      const std::vector<named_reals>& reference) override;
  const program& compiled(const compile_options&) override;
  std::string place(const std::string& output, int64_t index) const override;
  std::vector<int64_t> comparison_order(const std::string& output) const override;

  nlohmann::json scales() override {
    quantise();
    return scales_to_json(scan_.scales);
  }
  nlohmann::json storage() override { return {}; }
  std::map<std::string, uint64_t> compulsory() override;

 private:
  scan_scales chosen_scales() const {
    for (const scan_scales& scales : trace_.scales)
      if (scales.operand_bits == point_.operand_bits && scales.state_bits == point_.state_bits &&
          scales.output_bits == point_.output_bits)
        return scales;
    return calibrate(trace_.tensors, widths_of(point_));
  }

  scan_trace trace_;
  design_point point_;
  bool quantised_ = false;
  quantised_scan scan_;
  std::optional<program> program_;
  std::vector<double> quantised_y_;  // of ref on the quantised inputs
};

least_work scan_case::work() const {
  const scan_tensors& t = trace_.tensors;
  const auto size = [](const auto& values) { return static_cast<double>(values.size()); };
  const double outputs = size(t.u), updates = static_cast<double>(facts().state_updates);
  least_work work;
  work.elements = size(t.u) + size(t.delta) + size(t.z) + size(t.b) + size(t.c) + size(t.a) + size(t.d) +
                  size(t.delta_bias) + size(t.h0) + outputs;
  work.exps = updates;
  work.flops = 6 * updates;
  return work;
}

std::string scan_case::place(const std::string& output, int64_t index) const {
  const scan_shape& shape = trace_.tensors.shape;
  const bool state = output == "h_last";
  const int64_t length = state ? shape.states : shape.length, row = index / length;
  return fmt::format("(batch {}, channel {}, {} {})", row / shape.channels, row % shape.channels,
                     state ? "state" : "token", index % length);
}

std::vector<int64_t> scan_case::comparison_order(const std::string& output) const {
  if (output != "y") return {};
  const scan_shape& shape = trace_.tensors.shape;
  std::vector<int64_t> order;
  order.reserve(static_cast<size_t>(shape.batch * shape.channels * shape.length));
  for (int64_t i = 0; i < shape.length; ++i)
    for (int64_t row = 0; row < shape.batch * shape.channels; ++row)
      order.push_back(row * shape.length + (trace_.tensors.options.reverse ? shape.length - 1 - i : i));
  return order;
}

expect_verdict scan_case::compare_with_recorded(const std::vector<named_reals>& outputs) const {
  const scan_output found{values_of(outputs, "y"), values_of(outputs, "h_last")};
  const expect_comparison comparison =
      compare_to_expect(found, trace_.tensors, trace_.tolerance.value_or(expect_tolerance{}));
  if (!comparison.present()) return {false, true, "nothing recorded to compare with"};
  for (const auto& [name, one] : {std::pair{"y", &comparison.y}, std::pair{"h_last", &comparison.h_last}})
    if (!one->agree)
      return {true, false,
              fmt::format("{}: {} of {} elements outside {}, first at {}: ref {}, recorded {}", name,
                          one->failures, one->count, trace_.tolerance_name, place(name, one->first_failure),
                          one->got, one->want)};
  const tensor_comparison& shown = comparison.y.present ? comparison.y : comparison.h_last;
  return {true, true,
          fmt::format("largest absolute error {:.3g}, relative MSE {:.3g}", shown.max_abs_error,
                      shown.relative_mse)};
}

bound_verdict scan_case::judge(const std::vector<named_integers>& hls,
                               const std::vector<named_reals>& reference) {
  quantise();
  if (quantised_y_.empty()) quantised_y_ = selective_scan_ref(dequantise(scan_)).y;
  const double error = relative_mse(dequantise(hls.front().values, scan_.scales.frac_y), quantised_y_);
  const bool binding = point_.operand_bits == 8 && point_.output_bits == 16;
  bound_verdict verdict;
  verdict.agree = !binding || error <= relative_mse_bar;
  verdict.hls_vs_ref = error;
  verdict.quantisation = relative_mse(quantised_y_, values_of(reference, "y"));
  verdict.finding = fmt::format(
      "relative MSE {:.3g} on the same quantised inputs, {} {:.0e}", error,
      binding ? "bar" : "reported only; the bar at 8-bit operands and 16-bit outputs is", relative_mse_bar);
  verdict.bound = {{"formula", fmt::format("relative MSE of y at most {:.0e}{}", relative_mse_bar,
                                           binding ? "" : ", reported only at these widths")},
                   {"largest_error", error},
                   {"largest_share", error / relative_mse_bar}};
  return verdict;
}

std::map<std::string, uint64_t> scan_case::compulsory() {
  std::map<std::string, uint64_t> bytes;
  for (const tensor_traffic& tensor : compiled({}).traffic)
    if (tensor.compulsory_bytes > 0) bytes[tensor.tensor] = tensor.compulsory_bytes;
  return bytes;
}

const program& scan_case::compiled(const compile_options&) {
  quantise();
  if (!program_) program_ = made_from(trace_.path, [&] { return make_scan_program(scan_, point_); });
  return *program_;
}

}  // namespace

std::unique_ptr<operator_case> make_scan_case(scan_trace trace, const design_point& point) {
  return std::make_unique<scan_case>(std::move(trace), point);
}

}  // namespace scansim
