#include "host/operators/operator_expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/ref/compare_to_expect.h"

namespace scansim {

std::string place_in(const operator_row& row, const call& one, const std::string& output, int64_t index) {
  if (row.place != nullptr) return row.place(one, output, index);
  for (const call_tensor& tensor : tensors_of(one)) {
    if (tensor.name != "expect." + output) continue;
    const int64_t length = *tensor.axes.back().size;
    return fmt::format("[{}, {}]", index / length, index % length);
  }
  return fmt::format("[{}]", index);
}

std::vector<int64_t> shape_in(const operator_row& row, const call& one, const std::string& output) {
  for (const call_tensor& tensor : tensors_of(one))
    if (tensor.name == "expect." + output) return sizes_of(tensor);
  return row.state_shape != nullptr ? row.state_shape(one, output) : std::vector<int64_t>{};
}

namespace {

const std::vector<double>& values_of(const std::vector<named_reals>& outputs, const call_output& recorded) {
  return *find_output(outputs, recorded.name);
}

std::string outside_text(const operator_row& row, const trace& given, const call_output& recorded,
                         const tensor_comparison& found) {
  return fmt::format("{}: {} of {} elements outside {}, first at {}: ref {}, recorded {}", recorded.name,
                     found.failures, found.count, tolerance_text(given),
                     place_in(row, *given.call_, recorded.name, found.first_failure), found.got, found.want);
}

// The scan's part of y, or h_last as a whole.
part_error error_beside_tolerance(const trace& given, const scan_share& share, const call_output& recorded,
                                  const std::vector<double>& got) {
  const std::vector<double> want(recorded.recorded->begin(), recorded.recorded->end());
  return error_of_part(recorded.name == "y" ? share : scan_share{}, got, want,
                       recorded_bar_of(given.recorded_as).roundoff);
}

std::string part_text(const std::string& output, double error) {
  return fmt::format("{} {:.3g}", output == "y" ? "of what the scan adds" : "of " + output, error);
}

// What the tolerance of each element does not show. A trace that states its own tolerance is held to that.
void judge_scan(expect_verdict& verdict, const trace& given, const std::vector<named_reals>& outputs,
                const scan_share& share) {
  const double bar = recorded_bar_of(given.recorded_as).relative_mse;
  for (const call_output& recorded : outputs_of(*given.call_)) {
    if (recorded.recorded->empty()) continue;
    const part_error found = error_beside_tolerance(given, share, recorded, values_of(outputs, recorded));
    std::optional<double>& error = recorded.name == "y" ? verdict.scan : verdict.h_last;
    error = std::max(error.value_or(0), found.relative());  // of several states the worst
    const std::string text = part_text(recorded.name, found.relative());
    verdict.finding += ", " + text;
    if (found.within(bar) || given.own_tolerance || !verdict.agree) continue;
    verdict.agree = false;
    verdict.finding =
        fmt::format("{}: every element within {}, but the relative MSE {}, at most {:g} of {} recordings",
                    recorded.name, tolerance_text(given), text, bar, dtype_name(given.recorded_as));
  }
  if (given.own_tolerance) verdict.finding += ", judged by " + tolerance_text(given) + " alone";
}

}  // namespace

expect_verdict compare_with_recorded(const operator_row& row, const trace& given,
                                     const std::vector<named_reals>& outputs, const scan_share* share) {
  expect_verdict verdict;
  for (const call_output& recorded : outputs_of(*given.call_)) {
    if (recorded.recorded->empty()) continue;
    const tensor_comparison found = compare_values(values_of(outputs, recorded), *recorded.recorded,
                                                   given.tolerance.value_or(expect_tolerance{}));
    if (!found.agree) {
      verdict.present = true, verdict.agree = false;
      verdict.finding = outside_text(row, given, recorded, found);
      return verdict;
    }
    if (verdict.present) continue;
    verdict.present = true;
    verdict.finding = fmt::format("{}largest absolute error {:.3g}, relative MSE {:.3g}", row.agrees,
                                  found.max_abs_error, found.relative_mse);
  }
  if (!verdict.present) verdict.finding = row.not_recorded;
  if (verdict.present && share != nullptr) judge_scan(verdict, given, outputs, *share);
  return verdict;
}

std::vector<std::string> unseen_faults(const operator_row& row, const trace& given, const scan_trial& trial) {
  trace part = given;
  part.call_ = trial.part;
  std::vector<std::string> unseen;
  for (const scan_trial::planted& one : trial.faults)
    if (const expect_verdict found = compare_with_recorded(row, part, one.outputs, &trial.share);
        found.present && found.agree)
      unseen.push_back(one.fault);
  return unseen;
}

}  // namespace scansim
