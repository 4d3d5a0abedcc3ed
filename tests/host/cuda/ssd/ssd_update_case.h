// State updates of SSD for the tests of kernels: published ranges, successive steps, every type of state,
// against double precision that rounds the state as the kernel must.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

enum class state_scaling { one, clusters };  // of an int8 state: one scale for all, or Quamba2's

struct ssd_update_case {
  int batch = 2, heads = 4, head_channels = 64, groups = 1, states = 16, steps = 1;
  gpu_precision precision = gpu_precision::fp32, state_precision = gpu_precision::fp32;
  state_scaling scaling = state_scaling::clusters;
  bool d_of_channels = false;
  float dt_low = -INFINITY, dt_high = INFINITY;
  bool has_d = true, has_z = true, has_bias = true, softplus = true;
  uint32_t seed = 1;
};

struct ssd_update_result {
  std::string difference;           // "" or what differs first
  double relative_mse = 0;          // of y
  std::vector<std::byte> state, y;  // as they were left
};

using ssd_update_runner = std::function<void(const ssd_update&)>;
ssd_update_result run_update_case(const ssd_update_case& update, const ssd_update_runner& run);

void emulated_ssd_update(const ssd_update& call);

}  // namespace scansim
