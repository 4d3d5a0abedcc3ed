#include "models/ref/compare_to_expect.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace scansim {

tensor_comparison compare_values(const std::vector<double>& got, const std::vector<float>& want,
                                 const expect_tolerance& tolerance) {
  if (got.size() != want.size()) throw std::invalid_argument("compare_values: sizes differ");
  tensor_comparison result;
  result.present = true;
  result.count = static_cast<int64_t>(got.size());
  double error_energy = 0, want_energy = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double reference = want[i];
    double error = std::fabs(got[i] - reference);
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    error_energy += error * error;
    want_energy += reference * reference;
    if (error > result.max_abs_error) {
      result.max_abs_error = error;
      result.max_error_index = static_cast<int64_t>(i);
    }
    if (error <= tolerance.atol + tolerance.rtol * std::fabs(reference)) continue;
    if (result.failures++ == 0) {
      result.first_failure = static_cast<int64_t>(i);
      result.got = got[i];
      result.want = reference;
    }
  }
  result.agree = result.failures == 0;
  if (error_energy > 0) result.relative_mse = error_energy / want_energy;
  return result;
}

expect_comparison compare_to_expect(const scan_output& output, const scan_tensors& tensors,
                                    const expect_tolerance& tolerance) {
  expect_comparison result;
  if (!tensors.expect_y.empty()) result.y = compare_values(output.y, tensors.expect_y, tolerance);
  if (!tensors.expect_h_last.empty()) {
    result.h_last = compare_values(output.h_last, tensors.expect_h_last, tolerance);
  }
  return result;
}

}  // namespace scansim
