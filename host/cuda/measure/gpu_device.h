// A GPU as the recorder and the live rung see it: what it is, kernels prepared on it, time and energy of
// launches. One implementation calls CUDA (cuda_device.cu), one is scripted by the tests. Contract: a
// prepared kernel owns its device memory, `buffer_sets` copies of it; nothing here throws except tool_error
// (the driver failed, out of device memory) and input_error (a shape no kernel serves).
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/cuda/scan/scan_call.h"
#include "traces/scan_tensors.h"

namespace scansim {

struct conv1d_call;
struct mamba_block_call;
struct scan_sets_call;
struct ssd_call;

struct gpu_properties {
  std::string name;                // "NVIDIA H100 80GB HBM3"
  std::string compute_capability;  // "9.0"
  int multiprocessors = 0;
  uint64_t memory_bytes = 0, l2_bytes = 0;
  std::string driver_version, cuda_version;       // "580.65", "13.0"
  double sm_clock_mhz = 0, memory_clock_mhz = 0;  // the largest the device may take
};

// The state of the board at one moment; absent values: NVML could not be asked.
struct gpu_board_state {
  std::optional<double> sm_clock_mhz, memory_clock_mhz, power_w, temperature_c, power_limit_w;
  std::optional<double> total_energy_mj;     // millijoule since the driver was loaded
  std::optional<uint64_t> throttle_reasons;  // NVML's bits: why clocks are below what they may be
  bool shared_by_slices = false;             // MIG: power and energy are those of all slices
};

// What one call must do at least: the compulsory bytes (each input once, each output once), the exps of the
// recurrence, the float32 operations (an fma is 2), the operations of the special function unit, and
// launches.
struct gpu_work {
  double bytes = 0, exps = 0, flops = 0;
  double unit_ops = 0, launches = 1;
  double tensor_flops = 0;
};

// Outputs as float whatever the storage type; h_last, the last state whatever the operator calls it, is empty
// if the call returns none.
struct gpu_outputs {
  std::vector<float> y, h_last;
};

class gpu_kernel {
 public:
  virtual ~gpu_kernel() = default;
  // Enqueues one call on buffer set `set` (0 .. buffer_sets - 1).
  virtual void launch(int set) = 0;
  // Calls of this many buffer sets from a multiple of it on can be enqueued at once: a graph of all of them,
  // whose launch is no longer than that of one. 1: each by itself.
  virtual int grouped_sets() const { return 1; }
  virtual void launch_group(int first_set) { launch(first_set); }
  virtual gpu_outputs read_outputs(int set) = 0;  // empty for ceilings
  virtual gpu_work work() const = 0;
  virtual uint64_t bytes_per_set() const = 0;
  virtual int most_buffer_sets() const { return std::numeric_limits<int>::max(); }
  // Ways to do the same call, of which one is chosen: the one that the rule gives, until choose().
  virtual int alternatives() const { return 1; }
  virtual void choose(int /*alternative*/) {}
  // A call of several kernels in turn: their names, and the launch of one, on what the set has of those
  // before it. Empty: it is one, or nothing tells them apart.
  virtual std::vector<std::string> steps() const { return {}; }
  virtual void launch_step(int /*step*/, int /*set*/) {}
  // Frozen choices in the order to print: schedule, threads, items, ...
  virtual std::vector<std::pair<std::string, std::string>> configuration() const = 0;
};

// unit_rate: exps by the special function unit alone; exp_rate: the fastest way, some of them polynomials;
// launch_floor: a graph of kernels that do nothing, `launches` of them a call.
enum class gpu_ceiling { copy_bandwidth, unit_rate, exp_rate, launch_floor };

class gpu_device {
 public:
  virtual ~gpu_device() = default;
  virtual gpu_properties properties() const = 0;
  virtual gpu_board_state board_state() = 0;
  // The trace's scan (prefill), its L state updates (mode decode), or its int8 chain (precision int8).
  virtual std::unique_ptr<gpu_kernel> prepare_scan(const scan_tensors& tensors, gpu_precision precision,
                                                   int buffer_sets) = 0;
  // A call's three kernels, or the L state updates of its decode.
  virtual std::unique_ptr<gpu_kernel> prepare_ssd(const ssd_call& call, gpu_precision precision,
                                                  int buffer_sets) = 0;
  virtual std::unique_ptr<gpu_kernel> prepare_conv1d(const conv1d_call& call, gpu_precision precision,
                                                     int buffer_sets) = 0;
  virtual std::unique_ptr<gpu_kernel> prepare_scan_sets(const scan_sets_call& call, gpu_precision precision,
                                                        int buffer_sets) = 0;
  // The kernels of a whole layer, as one graph and step by step.
  virtual std::unique_ptr<gpu_kernel> prepare_mamba_block(const mamba_block_call& call,
                                                          gpu_precision precision, int buffer_sets) = 0;
  virtual std::unique_ptr<gpu_kernel> prepare_ceiling(gpu_ceiling ceiling) = 0;
  // Device time of `launches` back-to-back launches, by events around them, the sets taken in turn from
  // `first_set`. Waits for the end.
  virtual double time_us(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) = 0;
  // The same launches and nothing else on the device, for energy windows: their time is not taken.
  virtual void run(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) {
    time_us(kernel, launches, first_set, buffer_sets);
  }
};

// "sw_power_cap, hw_thermal_slowdown" of NVML's bits, without that of an idle device; "none" for none.
std::string throttle_text(uint64_t reasons);

// The first device, or nullptr and the reason ("built without CUDA", "no CUDA device: <driver's words>").
std::unique_ptr<gpu_device> open_gpu_device(std::string& why_not);

// What the kernels were compiled with; empty strings if built without CUDA.
struct gpu_build {
  std::string compiler, flags, architectures;
};
gpu_build gpu_build_info();

}  // namespace scansim
