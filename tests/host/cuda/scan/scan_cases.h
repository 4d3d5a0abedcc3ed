// Random scans and decode steps for the tests of the GPU kernels: inputs quantised to the storage type first,
// the call on host memory, the double-precision answer, and the comparison at the published tolerances. A
// runner is whatever executes a call on host pointers: the twin, the emulated kernel, or the device with
// copies around it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/cuda/scan/scan_call.h"
#include "traces/scan_tensors.h"
#include "traces/scan_trace.h"

namespace scansim {

enum class scan_inputs { published, normal };  // the ranges of mamba_ssm's suite; normally distributed

struct scan_case {
  scan_sizes sizes;
  gpu_precision precision = gpu_precision::fp32;
  scan_inputs inputs = scan_inputs::published;
  bool has_d = true, has_z = true, has_bias = true, softplus = true, has_h0 = false, last_state = true;
  bool reverse = false;
  uint32_t seed = 1;
};
std::string describe(const scan_case& scan);

expect_tolerance scan_tolerance(gpu_precision precision);
expect_tolerance state_update_tolerance(gpu_precision precision);

using scan_runner = std::function<void(const scan_call&)>;
// Empty if y and the last state agree with models/ref everywhere, else what differs, in one line.
std::string scan_difference(const scan_case& scan, const scan_runner& run);

struct update_case {
  int batch = 2, channels = 1, states = 16, groups = 1, steps = 1;
  gpu_precision precision = gpu_precision::fp32, state_precision = gpu_precision::fp32;
  bool has_d = true, has_z = true, has_bias = true, softplus = true;
  bool scale_of_channels = false;  // of an int8 state
  float low_scale = 0.02f;         // its scales go from here to twice that
  uint32_t seed = 1;
};
std::string describe(const update_case& update);

using update_runner = std::function<void(const state_update_call&)>;
// The same of `steps` successive tokens; a step finds its tokens `steps` elements apart, as in a trace.
std::string update_difference(const update_case& update, const update_runner& run);

// The same of an int8 state, whose ties double precision rounds either way: the bits of the state as they
// were left, and the relative MSE of y against double precision that rounds the state at every token.
struct int8_state_result {
  std::vector<std::byte> state;
  double relative_mse = 0;
};
int8_state_result run_int8_state(const update_case& update, const update_runner& run);

}  // namespace scansim
