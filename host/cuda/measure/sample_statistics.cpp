#include "host/cuda/measure/sample_statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace scansim {

double percentile(std::vector<double> values, double fraction) {
  const bool finite = std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (values.empty() || !finite || !(fraction >= 0 && fraction <= 1))
    throw std::invalid_argument("percentile: an empty or non-finite sample, or a fraction outside 0..1");
  std::sort(values.begin(), values.end());
  const double rank = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(rank);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (rank - static_cast<double>(below)) * (values[above] - values[below]);
}

sample_summary summarise(const std::vector<double>& values) {
  return {percentile(values, 0.5), percentile(values, 0.05), percentile(values, 0.95)};
}

}  // namespace scansim
