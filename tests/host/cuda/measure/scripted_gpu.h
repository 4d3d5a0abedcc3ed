// A gpu_device that follows a script: how long each launch takes, what power the board draws, what it can
// tell. Its clock moves only with launches, with the host's gap after each time_us() and with sleep, so
// energies can be worked out by hand. It remembers which buffer set every launch used.
#pragma once
#include <functional>
#include <vector>

#include "host/cuda/measure/host_clock.h"
#include "host/cuda/measure/measure_call.h"

namespace scansim::test {

struct gpu_script {
  gpu_properties properties = {"Scripted GPU", "9.0", 132, uint64_t{80} << 30, uint64_t{50} << 20, "580.65",
                               "13.0",         1980,  2619};
  // Time of the k-th launch of the scan, counted over all its preparations, and of every launch of a ceiling.
  std::function<double(int)> scan_us = [](int) { return 1000.0; };
  double ceiling_us = 500, gap_s = 0.001;
  std::function<double(double)> busy_w = [](double) { return 300.0; };  // by time
  double idle_w = 60;
  std::function<double(double)> idle_at;  // by time, in place of idle_w, while the host sleeps
  std::function<std::optional<double>(double)> sm_clock_mhz = [](double) { return 1755.0; };  // by time
  double counter_step_s = 0;  // 0: the energy counter moves all the time
  bool shared_by_slices = false;
  bool tells_power = true, tells_energy = true;
  uint64_t bytes_per_set = uint64_t{8} << 20;
  int most_buffer_sets = std::numeric_limits<int>::max();
  int grouped_sets = 1;
  std::vector<double> alternatives_us;  // of each configuration of a scan; empty: it has one, by scan_us
  std::vector<std::string> steps;       // of a call
  double step_us = 100;
  std::optional<uint64_t> throttle_reasons;
  std::optional<double> temperature_c;
  int failing_call = -1;        // this call of time_us() throws tool_error
  bool outputs_change = false;  // from launch to launch
};

class scripted_gpu : public gpu_device {
 public:
  explicit scripted_gpu(gpu_script what) : script(std::move(what)) {}
  gpu_properties properties() const override { return script.properties; }
  gpu_board_state board_state() override;
  std::unique_ptr<gpu_kernel> prepare_scan(const scan_tensors& tensors, gpu_precision precision,
                                           int buffer_sets) override;
  std::unique_ptr<gpu_kernel> prepare_ssd(const ssd_call& call, gpu_precision precision,
                                          int buffer_sets) override;
  std::unique_ptr<gpu_kernel> prepare_conv1d(const conv1d_call& call, gpu_precision precision,
                                             int buffer_sets) override;
  std::unique_ptr<gpu_kernel> prepare_scan_sets(const scan_sets_call& call, gpu_precision precision,
                                                int buffer_sets) override;
  std::unique_ptr<gpu_kernel> prepare_mamba_block(const mamba_block_call& call, gpu_precision precision,
                                                  int buffer_sets) override;
  std::unique_ptr<gpu_kernel> prepare_ceiling(gpu_ceiling ceiling) override;
  double time_us(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) override;

  double idle_power_w() const { return script.idle_at ? script.idle_at(now_s) : script.idle_w; }
  host_clock clock();
  void advance(double seconds, double power_w);

  gpu_script script;
  std::vector<int> sets;                            // of each launch of the scan
  std::vector<int> prepared_sets;                   // of each prepare_scan
  std::vector<std::pair<int, int>> launched_steps;  // step and set of each launch of one
  std::vector<int> launches_a_call;                 // of each time_us() of the scan
  double now_s = 100, energy_j = 5000, counted_j = 5000, stepped_s = 100;
  int calls = 0;
  double last_busy_s = -1;  // when the last launches ended: the board still draws their power
};

}  // namespace scansim::test
