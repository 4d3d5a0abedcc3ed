// Measures one call on a GPU by the protocol of ../README.md: warm-up, repetitions over rotating buffer sets
// beyond twice the L2 cache, energy over a long window, ceilings in the same run. Contract: the profile is
// complete except for `outputs` (whoever writes files fills it in); repetitions >= 50, else
// std::invalid_argument. Throws tool_error if the device fails, if its outputs change from one repetition
// to another, or if its times drift.
#pragma once
#include <functional>
#include <string>

#include "host/cuda/measure/gpu_call.h"
#include "host/cuda/measure/host_clock.h"
#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct measure_protocol {
  int warm_up = 20;
  int repetitions = 100;
  double energy_window_s = 2;  // 0: no energy
  bool tune = false;           // the fastest configuration by measurement; else the one that the rule gives
  host_clock clock = steady_host_clock();
};

constexpr int fewest_repetitions = 50;

struct measured_call {
  gpu_profile profile;
  gpu_outputs outputs;
};

// `report` is told what is going on, for progress lines; may be empty. Throws what call.check() does.
measured_call measure_call(gpu_device& device, const gpu_call& call, gpu_precision precision,
                           const measure_protocol& protocol,
                           const std::function<void(const std::string&)>& report = {});

}  // namespace scansim
