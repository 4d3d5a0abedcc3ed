#include "host/cuda/scan/scan_call.h"

#include <stdexcept>

#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

const char* precision_name(gpu_precision precision) {
  switch (precision) {
    case gpu_precision::fp32:
      return "fp32";
    case gpu_precision::fp16:
      return "fp16";
    case gpu_precision::bf16:
      return "bf16";
    case gpu_precision::int8:
      return "int8";
  }
  return "?";
}

const char* schedule_name(scan_schedule schedule) {
  return schedule == scan_schedule::over_time ? "block" : "serial";
}

void check_state_update(const state_update_call& call) {
  check_scan_sizes({call.batch, call.channels, call.states, call.groups, 1});
  if (int64_t{call.batch} * call.channels >= int64_t{1} << 31)
    throw std::invalid_argument("state_update: fewer than 2^31 channels over the batch");
  if (call.precision == gpu_precision::int8)
    throw std::invalid_argument("state_update: int8 activations are quamba_update's");
  if (call.state_precision == gpu_precision::int8 && call.state_scale == nullptr)
    throw std::invalid_argument("state_update: a scale of an int8 state");
}

}  // namespace scansim
