#include "host/run/gpu_compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/cuda/measure/call_image.h"
#include "host/cuda/measure/layer_image.h"
#include "host/cuda/scan/quamba_scan_quantise.h"
#include "host/cuda/scan/scan_sets_image.h"
#include "host/cuda/ssd/ssd_quantise.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "models/ref/compare_to_expect.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/scan_sets.h"
#include "traces/calls/ssd.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

// {rtol, atol}; int8 has none of its own.
constexpr kernel_tolerances prefill_tolerances{{6e-4, 2e-3}, {3e-3, 5e-3}, {3e-2, 5e-2}};
constexpr kernel_tolerances decode_tolerances{{3e-4, 1e-3}, {5e-3, 1e-2}, {1e-2, 5e-2}};

const expect_tolerance& tolerance_of(const kernel_tolerances& suite, gpu_precision precision) {
  return precision == gpu_precision::fp16   ? suite.fp16
         : precision == gpu_precision::bf16 ? suite.bf16
                                            : suite.fp32;
}

std::vector<float> as_float(const std::vector<double>& values) { return {values.begin(), values.end()}; }
std::vector<double> as_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

void check_size(const char* tensor, size_t found, size_t expected, const std::string& source) {
  if (found != expected)
    throw input_error(source, tensor, fmt::format("{} values, as the trace", expected),
                      std::to_string(found));
}

std::string failure_text(const char* tensor, const tensor_comparison& comparison,
                         const expect_tolerance& tolerance, const char* axis, int64_t axis_length,
                         int64_t channels) {
  const int64_t row = comparison.first_failure / axis_length;
  return fmt::format(
      "{}: {} of {} elements outside rtol {:g}, atol {:g}, first at (batch {}, channel {}, {} {}): gpu {}, "
      "ref {}",
      tensor, comparison.failures, comparison.count, tolerance.rtol, tolerance.atol, row / channels,
      row % channels, axis, comparison.first_failure % axis_length, comparison.got, comparison.want);
}

gpu_agreement compare_int8(const tensor_comparison& y, const tensor_comparison& h_last,
                           gpu_precision precision) {
  gpu_agreement result;
  result.figures.relative_mse_bar = int8_relative_mse_bar;
  result.agree = y.relative_mse <= int8_relative_mse_bar;  // false for a NaN
  result.finding = fmt::format("relative MSE of y {:.3g} on the same {} operands, bar {:.0e}", y.relative_mse,
                               precision_name(activations_of(precision)), int8_relative_mse_bar);
  if (h_last.present)
    result.finding += fmt::format("; of the last state {:.3g} (int8, reported only)", h_last.relative_mse);
  return result;
}

gpu_agreement compare_float(const tensor_comparison& y, const tensor_comparison& h_last,
                            const expect_tolerance& tolerance, const scan_shape& shape) {
  gpu_agreement result;
  result.figures.rtol = tolerance.rtol;
  result.figures.atol = tolerance.atol;
  result.agree = y.agree && h_last.agree;
  if (!y.agree)
    result.finding = failure_text("y", y, tolerance, "token", shape.length, shape.channels);
  else if (!h_last.agree)
    result.finding = failure_text("h_last", h_last, tolerance, "state", shape.states, shape.channels);
  else
    result.finding =
        fmt::format("largest absolute error {:.3g}, relative MSE {:.3g}; tolerance rtol {:g}, atol {:g}",
                    y.max_abs_error, y.relative_mse, tolerance.rtol, tolerance.atol);
  return result;
}

}  // namespace

expect_tolerance gpu_tolerance(gpu_precision precision, bool decode) {
  return tolerance_of(decode ? decode_tolerances : prefill_tolerances, precision);
}

expect_tolerance gpu_tolerance(const call_kind& kind, gpu_precision precision) {
  return tolerance_of(kind.tolerances, precision);
}

scan_tensors as_stored(const scan_trace& trace, gpu_precision precision) {
  if (precision == gpu_precision::int8)
    return quamba_scan_dequantise(quamba_scan_quantise(trace.tensors, trace.path));
  scan_tensors tensors = trace.tensors;
  const bool int8_state = has_int8_state(precision);
  precision = activations_of(precision);
  if (precision == gpu_precision::fp32) return tensors;
  for (std::vector<float>* values : {&tensors.u, &tensors.delta, &tensors.b, &tensors.c, &tensors.z})
    *values = from_storage(to_storage(*values, precision), precision);
  if (tensors.options.decode && !int8_state)  // the state is stored in the same type
    tensors.h0 = from_storage(to_storage(tensors.h0, precision), precision);
  return tensors;
}

gpu_agreement compare_gpu_outputs(const std::vector<float>& y, const std::vector<float>& h_last,
                                  const scan_trace& trace, gpu_precision precision,
                                  const scan_output& reference, const std::string& source) {
  check_size("y", y.size(), reference.y.size(), source);
  if (!h_last.empty()) check_size("h_last", h_last.size(), reference.h_last.size(), source);
  scan_output stored;
  const bool exact = precision == gpu_precision::fp32;
  if (!exact) stored = selective_scan_ref(as_stored(trace, precision));
  const scan_output& want = exact ? reference : stored;
  const expect_tolerance tolerance = gpu_tolerance(precision, trace.tensors.options.decode);
  const tensor_comparison of_y = compare_values(as_double(y), as_float(want.y), tolerance);
  tensor_comparison of_state;
  if (!h_last.empty()) of_state = compare_values(as_double(h_last), as_float(want.h_last), tolerance);
  gpu_agreement result = precision >= gpu_precision::int8
                             ? compare_int8(of_y, of_state, precision)
                             : compare_float(of_y, of_state, tolerance, trace.tensors.shape);
  result.figures.max_abs_error = of_y.max_abs_error;
  result.figures.relative_mse = of_y.relative_mse;
  if (of_state.present) result.figures.state_relative_mse = of_state.relative_mse;
  return result;
}

namespace {

void round_to(gpu_precision precision, std::initializer_list<std::vector<float>*> tensors) {
  for (std::vector<float>* values : tensors)
    *values = from_storage(to_storage(*values, precision), precision);
}

// Ref on the call as a kernel of that precision sees it.
std::vector<named_reals> ref_as_stored(const call& one, gpu_precision precision, const std::string& trace) {
  if (&one.kind() == &ssd_kind) {
    ssd_call c = payload<ssd_call>(one);
    if (precision == gpu_precision::int8) {
      c = ssd_dequantise(ssd_quantise(c, trace), c);
      return row_of(c).ref(c);
    }
    round_to(activations_of(precision), {&c.x, &c.dt, &c.b, &c.c, &c.z});
    if (c.decode && !has_int8_state(precision)) round_to(precision, {&c.initial_states});
    return row_of(c).ref(c);
  }
  if (&one.kind() == &mamba_block_kind) {
    const mamba_block_call c = layer_as_stored(payload<mamba_block_call>(one), precision);
    return row_of(c).ref(c);
  }
  if (&one.kind() == &scan_sets_kind) {
    const scan_sets_image stored(payload<scan_sets_call>(one), precision);
    return row_of(one).ref(stored.rounded());
  }
  conv1d_call c = payload<conv1d_call>(one);
  round_to(precision, {&c.x, &c.state});
  return row_of(c).ref(c);
}

}  // namespace

gpu_agreement compare_gpu_call(const gpu_outputs& outputs, const trace& given, gpu_precision precision,
                               const std::vector<named_reals>& reference, const std::string& source) {
  const call& one = *given.call_;
  const bool exact = precision == gpu_precision::fp32;
  const std::vector<named_reals> want = exact ? reference : ref_as_stored(one, precision, given.path);
  const expect_tolerance tolerance = gpu_tolerance(one.kind(), precision);
  gpu_agreement result;
  tensor_comparison found[2];  // of y, and of the states the worst
  size_t taken = 0;            // of the states, which follow each other
  for (size_t k = 0; k < want.size(); ++k) {
    if (k > 0 && outputs.h_last.empty()) continue;
    const std::vector<float>& from = k == 0 ? outputs.y : outputs.h_last;
    const size_t count = want[k].values.size(), begin = k == 0 ? 0 : taken;
    if (k > 0) taken += count;
    const bool last = k == 0 || k + 1 == want.size();
    if (last || from.size() < begin + count)
      check_size(want[k].name.c_str(), from.size() - begin, count, source);
    const std::vector<double> got(from.begin() + static_cast<std::ptrdiff_t>(begin),
                                  from.begin() + static_cast<std::ptrdiff_t>(begin + count));
    const tensor_comparison one_found = compare_values(got, as_float(want[k].values), tolerance);
    tensor_comparison& kept = found[k == 0 ? 0 : 1];
    if (!kept.present || one_found.relative_mse > kept.relative_mse) kept = one_found;
    if (one_found.agree || !result.agree) continue;
    result.agree = false;
    result.finding = fmt::format(
        "{}: {} of {} elements outside rtol {:g}, atol {:g}, first at {}: gpu {}, ref {}", want[k].name,
        one_found.failures, one_found.count, tolerance.rtol, tolerance.atol,
        place_in(row_of(one), one, want[k].name, one_found.first_failure), one_found.got, one_found.want);
  }
  if (precision >= gpu_precision::int8) {
    result = compare_int8(found[0], found[1], precision);
  } else {
    result.figures.rtol = tolerance.rtol, result.figures.atol = tolerance.atol;
    if (result.agree)
      result.finding =
          fmt::format("largest absolute error {:.3g}, relative MSE {:.3g}; tolerance rtol {:g}, atol {:g}",
                      found[0].max_abs_error, found[0].relative_mse, tolerance.rtol, tolerance.atol);
  }
  result.figures.max_abs_error = found[0].max_abs_error, result.figures.relative_mse = found[0].relative_mse;
  if (found[1].present) result.figures.state_relative_mse = found[1].relative_mse;
  return result;
}

}  // namespace scansim
