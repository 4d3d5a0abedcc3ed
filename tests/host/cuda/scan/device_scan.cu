#include "host/cuda/scan/selective_scan_launch.h"
#include "host/cuda/scan/state_update_launch.h"
#include "tests/host/cuda/scan/device_scan.h"
#include "tests/host/cuda/scan/device_tensors.h"

namespace scansim {

namespace {

size_t bytes_of(gpu_precision precision) {
  return precision == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
}

}  // namespace

std::string why_no_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return devices > 0 ? "" : "no CUDA device";
}

void device_selective_scan(const scan_call& host_call, const scan_configuration& configuration) {
  scan_call call = host_call;
  const scan_sizes& s = call.sizes;
  const int64_t rows = int64_t{s.batch} * s.channels, tokens = rows * s.length;
  const int64_t bc = int64_t{s.batch} * s.groups * s.states * s.length;
  const size_t bytes = bytes_of(call.precision);
  device_tensors tensors;
  for (const void** tensor : {&call.u, &call.delta, &call.z}) tensors.in(*tensor, tokens, bytes);
  for (const void** tensor : {&call.b, &call.c}) tensors.in(*tensor, bc, bytes);
  tensors.in(call.a, int64_t{s.channels} * s.states, 4);
  for (const float** tensor : {&call.d, &call.delta_bias}) tensors.in(*tensor, s.channels, 4);
  tensors.in(call.h0, rows * s.states, 4);
  tensors.in_out(call.y, tokens, bytes);
  tensors.in_out(call.h_last, rows * s.states, 4);
  launch_selective_scan(call, configuration, nullptr);
  tensors.read_back();
}

void device_state_update(const state_update_call& host_call) {
  state_update_call call = host_call;
  const int64_t rows = int64_t{call.batch} * call.channels,
                bc = int64_t{call.batch} * call.groups * call.states;
  const auto strided = [&](int64_t count) { return (count - 1) * call.row_stride + 1; };
  const size_t bytes = bytes_of(call.precision);
  device_tensors tensors;
  for (const void** tensor : {&call.x, &call.dt, &call.z}) tensors.in(*tensor, strided(rows), bytes);
  for (const void** tensor : {&call.b, &call.c}) tensors.in(*tensor, strided(bc), bytes);
  tensors.in(call.a, int64_t{call.channels} * call.states, 4);
  for (const float** tensor : {&call.d, &call.dt_bias}) tensors.in(*tensor, call.channels, 4);
  tensors.in(call.state_scale, call.scale_of_channels ? call.channels : 1, 4);
  tensors.in_out(call.state, rows * call.states, bytes_of(call.state_precision));
  tensors.in_out(call.y, strided(rows), bytes);
  launch_state_update(call, nullptr);
  tensors.read_back();
}

}  // namespace scansim
