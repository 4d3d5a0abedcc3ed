#include "traces/tensor_statistics.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace scansim {

nlohmann::json tensor_statistics(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const float value : values) sum += value;
  const double mean = sum / count;
  double squares = 0;
  for (const float value : values) squares += (value - mean) * (value - mean);
  return {{"count", values.size()},
          {"min", *low},
          {"max", *high},
          {"mean", mean},
          {"std", std::sqrt(squares / count)},
          {"absmax", std::max(std::fabs(*low), std::fabs(*high))}};
}

}  // namespace scansim
