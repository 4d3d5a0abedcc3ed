#include "host/cuda/measure/bit_true_check.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double most_relative_error = 1e-3;

double relative_error_of(const std::vector<float>& got, const std::vector<float>& want) {
  double error = got.size() == want.size() ? 0 : 1, power = 0;
  for (size_t k = 0; k < want.size() && k < got.size(); ++k) {
    const double difference = static_cast<double>(got[k]) - static_cast<double>(want[k]);
    error += difference * difference;
    power += static_cast<double>(want[k]) * static_cast<double>(want[k]);
  }
  return power > 0 ? error / power : error;
}

}  // namespace

std::string checked_against_bit_true(const std::string& kernel, const gpu_outputs& got,
                                     const gpu_outputs& bit_true) {
  const double y = relative_error_of(got.y, bit_true.y),
               state = relative_error_of(got.h_last, bit_true.h_last);
  const std::string found = fmt::format("relative error of y {:.2g}, of the last state {:.2g}", y, state);
  if (y < most_relative_error && state < most_relative_error) return found;  // neither is NaN
  throw tool_error(fmt::format("{}: against its bit-true form {:g} at most expected, found {}", kernel,
                               most_relative_error, found));
}

}  // namespace scansim
