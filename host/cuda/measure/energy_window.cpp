#include "host/cuda/measure/energy_window.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double idle_window_s = 0.5, idle_interval_s = 0.01;
constexpr double batch_s = 0.02;         // between two power samples
constexpr double lead_in_s = 0.3;        // boards average their power reading: let it rise first
constexpr double most_launches = 10000;  // per batch

int launches_per_batch(double call_us) {
  return static_cast<int>(std::clamp(std::floor(batch_s * 1e6 / call_us), 1.0, most_launches));
}

// Power over time, by the trapezoid rule.
class power_integral {
 public:
  void add(double time_s, std::optional<double> power_w) {
    if (!power_w) return;
    if (samples_ > 0) energy_j_ += (time_s - last_s_) * (*power_w + last_w_) / 2;
    last_s_ = time_s;
    last_w_ = *power_w;
    ++samples_;
  }
  std::optional<double> energy_j() const { return samples_ > 1 ? std::optional(energy_j_) : std::nullopt; }
  int samples() const { return samples_; }

 private:
  double energy_j_ = 0, last_s_ = 0, last_w_ = 0;
  int samples_ = 0;
};

}  // namespace

host_clock steady_host_clock() {
  return {[] {
            const auto now = std::chrono::steady_clock::now().time_since_epoch();
            return std::chrono::duration<double>(now).count();
          },
          [](double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }};
}

std::optional<double> idle_power_w(gpu_device& device, const host_clock& clock) {
  const double begin = clock.now_s();
  const std::optional<double> energy_before = device.board_state().total_energy_mj;
  double sum = 0, elapsed = 0;
  int samples = 0;
  do {
    if (const std::optional<double> power = device.board_state().power_w) {
      sum += *power;
      ++samples;
    } else if (!energy_before) {
      return std::nullopt;
    }
    clock.sleep_s(idle_interval_s);
    elapsed = clock.now_s() - begin;
  } while (elapsed < idle_window_s);
  if (samples > 0) return sum / samples;
  const std::optional<double> energy_after = device.board_state().total_energy_mj;
  if (!energy_after) return std::nullopt;
  return (*energy_after - *energy_before) * 1e-3 / elapsed;
}

std::optional<profile_energy> measure_energy(gpu_device& device, rotating_kernel& kernel, double call_us,
                                             double idle_w, double window_s, const host_clock& clock) {
  const int launches = launches_per_batch(call_us);
  for (const double end = clock.now_s() + lead_in_s; clock.now_s() < end;) kernel.run(launches);

  power_integral integral;
  const gpu_board_state before = device.board_state();
  const double begin = clock.now_s();
  integral.add(0, before.power_w);
  profile_energy energy;
  do {
    kernel.run(launches);
    energy.calls += static_cast<uint64_t>(launches);
    energy.window_s = clock.now_s() - begin;
    if (!before.total_energy_mj) integral.add(energy.window_s, device.board_state().power_w);
  } while (energy.window_s < window_s);

  double window_j = 0;
  if (before.total_energy_mj) {
    const std::optional<double> after = device.board_state().total_energy_mj;
    if (!after) return std::nullopt;
    window_j = (*after - *before.total_energy_mj) * 1e-3;
    energy.source = "NVML total energy counter";
  } else if (integral.energy_j()) {
    window_j = *integral.energy_j();
    energy.source = "NVML power, " + std::to_string(integral.samples()) + " samples integrated";
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(window_j) || window_j <= 0)
    throw tool_error("the board gave an energy of " + std::to_string(window_j) + " J for " +
                     std::to_string(energy.window_s) + " s of launches");
  const double per_call_uj = 1e6 / static_cast<double>(energy.calls);
  energy.idle_w = idle_w;
  energy.idle_included_uj = window_j * per_call_uj;
  energy.idle_subtracted_uj = (window_j - idle_w * energy.window_s) * per_call_uj;
  if (energy.idle_subtracted_uj < 0) return std::nullopt;  // less than idle: the board does not tell
  return energy;
}

}  // namespace scansim
