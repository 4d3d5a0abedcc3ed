#include "host/cuda/scan/scan_call.h"

#include <iterator>
#include <stdexcept>

#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

const char* precision_name(gpu_precision precision) {
  constexpr const char* names[] = {
      "fp32", "fp16", "bf16", "int8", "fp32-int8-state", "fp16-int8-state", "bf16-int8-state"};
  return names[static_cast<int>(precision)];
}

std::string precision_names() {
  std::string names;
  for (const gpu_precision one : record_precisions) {
    const bool last = one == std::end(record_precisions)[-1];
    names += (names.empty() ? "" : last ? " or " : ", ") + std::string(precision_name(one));
  }
  return names;
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
