#include "host/cuda/measure/energy_window.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double idle_window_s = 1, idle_interval_s = 0.01, longest_idle_s = 10, idle_agreement = 0.02;
constexpr double batch_s = 0.02;         // between two power samples
constexpr double edge_s = 0.002;         // between two looks for a step of the counter
constexpr double longest_step_s = 0.5;   // boards step every 20 to 100 ms
constexpr double lead_in_s = 0.3;        // boards average their power reading: let it rise first
constexpr double most_launches = 10000;  // per batch

int launches_in(double seconds, double call_us) {
  return static_cast<int>(std::clamp(std::floor(seconds * 1e6 / call_us), 1.0, most_launches));
}

struct counter_edge {
  double time_s = 0;
  std::optional<double> energy_mj;
};

// Lets time pass by `pass` until the counter moves, or for half a second.
counter_edge next_step(gpu_device& device, const host_clock& clock, const std::function<void()>& pass) {
  const std::optional<double> before = device.board_state().total_energy_mj;
  const double begin = clock.now_s();
  counter_edge edge;
  do {
    pass();
    edge = {clock.now_s(), device.board_state().total_energy_mj};
  } while (edge.energy_mj == before && edge.time_s - begin < longest_step_s);
  return edge;
}

// Mean power of one window; from step to step of the counter where there is one.
std::optional<double> window_power_w(gpu_device& device, const host_clock& clock) {
  if (device.board_state().total_energy_mj) {
    const auto wait = [&] { clock.sleep_s(edge_s); };
    const counter_edge begin = next_step(device, clock, wait);
    clock.sleep_s(idle_window_s);
    const counter_edge end = next_step(device, clock, wait);
    if (!begin.energy_mj || !end.energy_mj) return std::nullopt;
    return (*end.energy_mj - *begin.energy_mj) * 1e-3 / (end.time_s - begin.time_s);
  }
  double sum = 0;
  int samples = 0;
  for (const double end = clock.now_s() + idle_window_s; clock.now_s() < end;
       clock.sleep_s(idle_interval_s)) {
    const std::optional<double> power = device.board_state().power_w;
    if (!power) return std::nullopt;
    sum += *power;
    ++samples;
  }
  return sum / samples;
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
  std::optional<double> before;
  while (clock.now_s() - begin < longest_idle_s) {
    const std::optional<double> power = window_power_w(device, clock);
    if (!power) return std::nullopt;
    if (before && std::abs(*power - *before) <= idle_agreement * std::min(*power, *before)) return power;
    before = power;
  }
  return std::nullopt;
}

std::optional<profile_energy> measure_energy(gpu_device& device, rotating_kernel& kernel, double call_us,
                                             double idle_w, double window_s, const host_clock& clock) {
  const int launches = launches_in(batch_s, call_us), few = launches_in(edge_s, call_us);
  for (const double end = clock.now_s() + lead_in_s; clock.now_s() < end;) kernel.run(launches);

  // The window opens and closes where the counter moves: up to a step at each end would be another's energy.
  power_integral integral;
  profile_energy energy;
  const auto run_few = [&] {
    kernel.run(few);
    energy.calls += static_cast<uint64_t>(few);
  };
  gpu_board_state before = device.board_state();
  double begin = clock.now_s();
  if (before.total_energy_mj) {
    const counter_edge opened = next_step(device, clock, run_few);
    begin = opened.time_s;
    before.total_energy_mj = opened.energy_mj;
    energy.calls = 0;
  }
  integral.add(0, before.power_w);
  do {
    kernel.run(launches);
    energy.calls += static_cast<uint64_t>(launches);
    energy.window_s = clock.now_s() - begin;
    if (!before.total_energy_mj) integral.add(energy.window_s, device.board_state().power_w);
  } while (energy.window_s < window_s);

  double window_j = 0;
  if (before.total_energy_mj) {
    const counter_edge closed = next_step(device, clock, run_few);
    if (!closed.energy_mj) return std::nullopt;
    energy.window_s = closed.time_s - begin;
    window_j = (*closed.energy_mj - *before.total_energy_mj) * 1e-3;
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
