#include "host/cuda/measure/launch_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "traces/input_error.h"

namespace scansim {
namespace {

// Events resolve about half a microsecond, and a microsecond or two lie between an event and the first
// kernel: of this, which is a bias and no noise, 1 % is left.
constexpr double shortest_sample_us = 200;
constexpr int most_launches_per_sample = 1000;
constexpr double steady_share = 0.01, shortest_warm_up_s = 0.3, longest_warm_up_s = 5, look_s = 0.1;
constexpr int most_launches_per_look = 10000;

int launches_per_sample(double call_us) {
  if (call_us >= shortest_sample_us) return 1;
  const double wanted = std::ceil(shortest_sample_us / call_us);
  return wanted > most_launches_per_sample ? most_launches_per_sample : static_cast<int>(wanted);
}

std::string aggregation_text(int samples, int launches) {
  const std::string count = std::to_string(samples);
  if (launches == 1) return "median of " + count + " launches";
  return "median of " + count + " samples, each the mean of " + std::to_string(launches) +
         " back-to-back launches";
}

}  // namespace

int buffer_sets_needed(uint64_t bytes_per_set, uint64_t l2_bytes, uint64_t memory_bytes) {
  const uint64_t bytes = std::max<uint64_t>(bytes_per_set, 1);
  const uint64_t wanted = 2 * l2_bytes / bytes + 1;
  const uint64_t fitting = memory_bytes / 5 * 4 / bytes;
  const uint64_t sets = std::max<uint64_t>(2, std::min(wanted, fitting));
  return static_cast<int>(std::min<uint64_t>(sets, std::numeric_limits<int>::max()));
}

double rotating_kernel::time_us(int launches) {
  const double time = device_.time_us(kernel_, launches, next_set_, buffer_sets_);
  if (!std::isfinite(time) || time <= 0)
    throw tool_error("the device gave a time of " + std::to_string(time) + " us for " +
                     std::to_string(launches) + " launches");
  next_set_ = static_cast<int>((int64_t{next_set_} + launches) % buffer_sets_);
  return time;
}

void rotating_kernel::align() {
  const int group = kernel_.grouped_sets(), into = next_set_ % group;
  if (into == 0) return;
  run(std::min(group - into, buffer_sets_ - next_set_));  // behind the last whole group the first set is next
}

int rotating_kernel::in_groups(int launches) const {
  const int group = kernel_.grouped_sets();
  return (launches + group - 1) / group * group;
}

void rotating_kernel::run(int launches) {
  device_.run(kernel_, launches, next_set_, buffer_sets_);
  next_set_ = static_cast<int>((int64_t{next_set_} + launches) % buffer_sets_);
}

std::optional<double> warm_until_steady(gpu_device& device, rotating_kernel& kernel,
                                        const host_clock& clock) {
  const double call_us = kernel.time_us(1), begin = clock.now_s();
  const int launches =
      static_cast<int>(std::clamp(look_s * 1e6 / call_us, 1.0, double{most_launches_per_look}));
  std::optional<double> before;
  for (;;) {
    for (const double end = clock.now_s() + look_s; clock.now_s() < end;) kernel.run(launches);
    const std::optional<double> now = device.board_state().sm_clock_mhz;
    const bool steady = !now || (before && std::abs(*now - *before) <= steady_share * *before);
    const double elapsed = clock.now_s() - begin;
    if ((steady && elapsed >= shortest_warm_up_s) || elapsed >= longest_warm_up_s) return now;
    before = now;
  }
}

void check_halves(const std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  const double first = percentile({samples.begin(), middle}, 0.5),
               second = percentile({middle, samples.end()}, 0.5);
  if (std::abs(second - first) <= most_drift * std::min(first, second)) return;
  throw tool_error(
      fmt::format("the time of a launch drifts, {:.4g} us in the first half of the repetitions and {:.4g} us "
                  "in the second: the device's clock or its load changed; {:g} % are allowed",
                  first, second, 100 * most_drift));
}

launch_times time_launches(rotating_kernel& kernel, int warm_up, int repetitions) {
  // The last part of the warm-up, and no less than one launch, says how long a call is.
  if (warm_up > 1) kernel.time_us(warm_up - 1);
  const int launches = kernel.in_groups(launches_per_sample(kernel.time_us(1)));
  std::vector<double> samples;
  samples.reserve(static_cast<size_t>(repetitions));
  for (int k = 0; k < repetitions; ++k) {
    kernel.align();
    samples.push_back(kernel.time_us(launches) / launches);
  }
  check_halves(samples);
  return {summarise(samples), repetitions, launches, aggregation_text(repetitions, launches)};
}

}  // namespace scansim
