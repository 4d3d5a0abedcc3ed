#include "host/cuda/measure/tune_call.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scansim {
namespace {

constexpr int tuning_rounds = 9, most_tuning_launches = 1000;
constexpr double tuning_sample_us = 200;

std::string configuration_name(const gpu_kernel& kernel) {
  std::string name;
  for (const auto& [key, value] : kernel.configuration())
    if (key != "kernel") name += (name.empty() ? "" : ", ") + key + " " + value;
  return name;
}

double median_time(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + tuning_rounds / 2, values.end());
  return values[tuning_rounds / 2];
}

}  // namespace

std::string tuned_kernel::text() const {
  std::vector<size_t> order(all.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return all[a].us < all[b].us; });
  std::vector<std::string> parts;
  for (const size_t k : order) parts.push_back(fmt::format("{:.4g} us: {}", all[k].us, all[k].name));
  return fmt::format("{}", fmt::join(parts, "; "));
}

tuned_kernel tune(rotating_kernel& launches, gpu_kernel& kernel) {
  tuned_kernel tuned;
  const int count = kernel.alternatives();
  if (count < 2) return tuned;
  std::vector<int> a_sample;
  for (int k = 0; k < count; ++k) {
    kernel.choose(k);
    launches.time_us(2);  // its code is loaded
    const double once_us = launches.time_us(4) / 4;
    a_sample.push_back(
        std::clamp(static_cast<int>(std::ceil(tuning_sample_us / once_us)), 1, most_tuning_launches));
    tuned.all.push_back({configuration_name(kernel), 0});
  }
  std::vector<std::vector<double>> times(static_cast<size_t>(count));
  for (int round = 0; round < tuning_rounds; ++round)
    for (int k = 0; k < count; ++k) {
      kernel.choose(k);
      const auto i = static_cast<size_t>(k);
      times[i].push_back(launches.time_us(a_sample[i]) / a_sample[i]);
    }
  for (int k = 0; k < count; ++k) {
    const auto i = static_cast<size_t>(k);
    tuned.all[i].us = median_time(times[i]);
    if (tuned.all[i].us < tuned.all[static_cast<size_t>(tuned.chosen)].us) tuned.chosen = k;
  }
  kernel.choose(tuned.chosen);
  return tuned;
}

}  // namespace scansim
