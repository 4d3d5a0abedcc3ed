#include "tests/host/cuda/measure/scripted_gpu.h"

#include <algorithm>
#include <stdexcept>

#include "traces/calls/conv1d.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/scan_sets.h"
#include "traces/calls/ssd.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

class scripted_kernel : public gpu_kernel {
 public:
  scripted_kernel(scripted_gpu& gpu, gpu_work work) : gpu_(gpu), work_(work) {}
  virtual double duration_us() const { return gpu_.script.ceiling_us; }
  void launch(int) override {}
  gpu_outputs read_outputs(int) override { return {}; }
  gpu_work work() const override { return work_; }
  uint64_t bytes_per_set() const override { return gpu_.script.bytes_per_set; }
  int most_buffer_sets() const override { return gpu_.script.most_buffer_sets; }
  int grouped_sets() const override { return gpu_.script.grouped_sets; }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "ceiling"}, {"method", "scripted"}};
  }

 protected:
  scripted_gpu& gpu_;
  gpu_work work_;
};

class scripted_scan : public scripted_kernel {
 public:
  // Its y is the call's input.
  scripted_scan(scripted_gpu& gpu, const std::vector<float>& input, size_t states)
      : scripted_kernel(gpu, {4e6, 1e6, 2e6, 1.2e6, 5}) {
    outputs_.y = input;
    outputs_.h_last.assign(states, 0.5f);
  }
  double duration_us() const override {
    if (alternatives() > 1) return gpu_.script.alternatives_us.at(static_cast<size_t>(chosen_));
    return gpu_.script.scan_us(static_cast<int>(gpu_.sets.size()));
  }
  int alternatives() const override {
    return std::max(1, static_cast<int>(gpu_.script.alternatives_us.size()));
  }
  void choose(int alternative) override { chosen_ = alternative; }
  std::vector<std::string> steps() const override { return gpu_.script.steps; }
  void launch_step(int step, int set) override { gpu_.launched_steps.emplace_back(step, set); }
  void launch(int set) override { gpu_.sets.push_back(set); }
  gpu_outputs read_outputs(int set) override {
    if (std::count(gpu_.sets.begin(), gpu_.sets.end(), set) == 0)
      throw std::logic_error("outputs of a set that was never launched");
    gpu_outputs outputs = outputs_;
    if (gpu_.script.outputs_change) outputs.y[0] += static_cast<float>(gpu_.sets.size());
    return outputs;
  }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    if (alternatives() > 1) return {{"kernel", "scripted_scan"}, {"items", std::to_string(chosen_)}};
    return {{"kernel", "scripted_scan"}, {"threads", "128"}};
  }

 private:
  int chosen_ = 0;
  gpu_outputs outputs_;
};

}  // namespace

gpu_board_state scripted_gpu::board_state() {
  gpu_board_state board;
  board.sm_clock_mhz = script.sm_clock_mhz(now_s);
  board.shared_by_slices = script.shared_by_slices;
  board.power_limit_w = 700;
  board.throttle_reasons = script.throttle_reasons;
  board.temperature_c = script.temperature_c;
  if (script.tells_power) board.power_w = now_s == last_busy_s ? script.busy_w(now_s) : idle_power_w();
  if (script.tells_energy) board.total_energy_mj = counted_j * 1e3;
  return board;
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_scan(const scan_tensors& tensors, gpu_precision,
                                                       int buffer_sets) {
  prepared_sets.push_back(buffer_sets);
  return std::make_unique<scripted_scan>(*this, tensors.u,
                                         static_cast<size_t>(tensors.shape.batch) * tensors.a.size());
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_ssd(const ssd_call& call, gpu_precision, int buffer_sets) {
  prepared_sets.push_back(buffer_sets);
  return std::make_unique<scripted_scan>(
      *this, call.x, static_cast<size_t>(call.sequences * call.heads * call.head_channels * call.states));
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_conv1d(const conv1d_call& call, gpu_precision,
                                                         int buffer_sets) {
  prepared_sets.push_back(buffer_sets);
  return std::make_unique<scripted_scan>(*this, call.x, 0);
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_scan_sets(const scan_sets_call& call, gpu_precision,
                                                            int buffer_sets) {
  prepared_sets.push_back(buffer_sets);
  size_t states = 0;
  for (const scan_set& set : call.sets)
    if (set.final_state) states += static_cast<size_t>(call.batch * set.channels * set.states);
  return std::make_unique<scripted_scan>(*this, call.u, states);
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_mamba_block(const mamba_block_call& call, gpu_precision,
                                                              int buffer_sets) {
  prepared_sets.push_back(buffer_sets);
  return std::make_unique<scripted_scan>(
      *this, call.x, static_cast<size_t>((call.backward ? 2 : 1) * call.batch * call.channels * call.states));
}

std::unique_ptr<gpu_kernel> scripted_gpu::prepare_ceiling(gpu_ceiling ceiling) {
  gpu_work work;
  if (ceiling == gpu_ceiling::copy_bandwidth) work.bytes = 1e9;
  if (ceiling == gpu_ceiling::unit_rate) work.exps = work.unit_ops = 2e9;
  if (ceiling == gpu_ceiling::exp_rate) work.exps = 3e9, work.unit_ops = 2e9;
  if (ceiling == gpu_ceiling::launch_floor) work.launches = 250;
  return std::make_unique<scripted_kernel>(*this, work);
}

double scripted_gpu::time_us(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) {
  if (calls++ == script.failing_call) throw tool_error("CUDA: running a kernel: unspecified launch failure");
  const size_t before = sets.size();
  double total_us = 0;
  for (int k = 0; k < launches; ++k) {
    const auto* own = dynamic_cast<const scripted_kernel*>(&kernel);  // or a step of one
    const double time = own != nullptr ? own->duration_us() : script.step_us;
    kernel.launch((first_set + k) % buffer_sets);
    advance(time * 1e-6, script.busy_w(now_s));
    total_us += time;
  }
  if (sets.size() > before) launches_a_call.push_back(launches);
  advance(script.gap_s, script.idle_w);
  last_busy_s = now_s;
  return total_us;
}

host_clock scripted_gpu::clock() {
  return {[this] { return now_s; }, [this](double seconds) { advance(seconds, idle_power_w()); }};
}

// The counter keeps what it had at the last of its steps.
void scripted_gpu::advance(double seconds, double power_w) {
  const double step_s = script.counter_step_s;
  for (double rest_s = seconds; step_s > 0 && now_s + rest_s >= stepped_s + step_s;) {
    const double part_s = stepped_s + step_s - now_s;
    stepped_s += step_s;
    now_s = stepped_s;
    energy_j += part_s * power_w;
    counted_j = energy_j;
    seconds = rest_s -= part_s;
  }
  now_s += seconds;
  energy_j += seconds * power_w;
  if (step_s <= 0) counted_j = energy_j;
}

}  // namespace scansim::test
