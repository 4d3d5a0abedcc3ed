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

expect_verdict compare_with_recorded(const operator_row& row, const trace& given,
                                     const std::vector<named_reals>& outputs) {
  expect_verdict verdict;
  for (const call_output& recorded : outputs_of(*given.call_)) {
    if (recorded.recorded->empty()) continue;
    const auto output = std::find_if(outputs.begin(), outputs.end(),
                                     [&](const named_reals& one) { return one.name == recorded.name; });
    const tensor_comparison found =
        compare_values(output->values, *recorded.recorded, given.tolerance.value_or(expect_tolerance{}));
    if (!found.agree)
      return {true, false,
              fmt::format("{}: {} of {} elements outside {}, first at {}: ref {}, recorded {}", recorded.name,
                          found.failures, found.count, tolerance_text(given),
                          place_in(row, *given.call_, recorded.name, found.first_failure), found.got,
                          found.want)};
    if (verdict.present) continue;
    verdict.present = true;
    verdict.finding = fmt::format("{}largest absolute error {:.3g}, relative MSE {:.3g}", row.agrees,
                                  found.max_abs_error, found.relative_mse);
  }
  if (!verdict.present) verdict.finding = row.not_recorded;
  return verdict;
}

}  // namespace scansim
