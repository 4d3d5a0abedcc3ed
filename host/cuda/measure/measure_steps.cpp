#include "host/cuda/measure/measure_steps.h"

#include "host/cuda/measure/launch_timing.h"

namespace scansim {
namespace {

// One step of a call as a kernel of its own, launched by itself.
class one_step : public gpu_kernel {
 public:
  one_step(gpu_kernel& whole, int step) : whole_(whole), step_(step) {}
  void launch(int set) override { whole_.launch_step(step_, set); }
  gpu_outputs read_outputs(int) override { return {}; }
  gpu_work work() const override { return {}; }
  uint64_t bytes_per_set() const override { return whole_.bytes_per_set(); }
  std::vector<std::pair<std::string, std::string>> configuration() const override { return {}; }

 private:
  gpu_kernel& whole_;
  int step_;
};

}  // namespace

std::vector<profile_metric> measure_steps(gpu_device& device, gpu_kernel& kernel, int sets, int warm_up,
                                          int repetitions, const host_clock& clock) {
  std::vector<profile_metric> metrics;
  const std::vector<std::string> of_steps = kernel.steps();
  for (size_t k = 0; k < of_steps.size(); ++k) {
    one_step step(kernel, static_cast<int>(k));
    rotating_kernel launches(device, step, sets);
    warm_until_steady(device, launches, clock);
    const launch_times times = time_launches(launches, warm_up, repetitions);
    metrics.push_back({step_time_prefix + of_steps[k], "us", times.aggregation + ", launched by itself",
                       times.call_us.median, times.call_us.low, times.call_us.high, times.samples});
  }
  return metrics;
}

}  // namespace scansim
