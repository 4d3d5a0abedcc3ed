#include "host/operators/operator_expectation.h"

#include <fmt/format.h>

namespace scansim {

std::string place_in_y(const call& one, int64_t index) {
  int64_t row_length = 1;
  for (const call_tensor& tensor : tensors_of(one))
    if (tensor.name == "expect.y") row_length = *tensor.axes.back().size;
  return fmt::format("[{}, {}]", index / row_length, index % row_length);
}

tensor_comparison compare_with_expected(const trace& given, const std::vector<double>& y) {
  for (const call_output& output : outputs_of(*given.call_))
    if (output.name == "y" && !output.recorded->empty())
      return compare_values(y, *output.recorded, given.tolerance.value_or(expect_tolerance{}));
  return {};
}

std::string expected_text(const tensor_comparison& c, const call& one) {
  if (!c.present) return "no recorded output to compare with";
  if (c.agree)
    return fmt::format("agrees with expect.y: largest absolute error {:.3g}, relative MSE {:.3g}",
                       c.max_abs_error, c.relative_mse);
  return fmt::format("expect.y: {} of {} elements differ, first at y{}: {}, recorded {}", c.failures, c.count,
                     place_in_y(one, c.first_failure), c.got, c.want);
}

}  // namespace scansim
