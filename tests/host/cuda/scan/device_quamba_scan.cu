// quamba_scan on the device, on host pointers with copies around it.
#include "host/cuda/scan/quamba_scan_launch.h"
#include "tests/host/cuda/scan/device_quamba_scan.h"
#include "tests/host/cuda/scan/device_tensors.h"

namespace scansim {

std::string why_no_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return devices > 0 ? "" : "no CUDA device";
}

void device_quamba_scan(const quamba_scan_call& host_call) {
  quamba_scan_call call = host_call;
  const scan_sizes& s = call.sizes;
  const int64_t rows = int64_t{s.batch} * s.channels, tokens = rows * s.length;
  const int64_t bc = int64_t{s.batch} * s.groups * s.states * s.length;
  device_tensors tensors;
  for (const int8_t** tensor : {&call.u, &call.delta, &call.z}) tensors.in(*tensor, tokens, 1);
  for (const int8_t** tensor : {&call.b, &call.c}) tensors.in(*tensor, bc, 1);
  tensors.in(call.a_log, int64_t{s.channels} * s.states, 1);
  for (const int8_t** tensor : {&call.d, &call.delta_bias}) tensors.in(*tensor, s.channels, 1);
  tensors.in(call.h0, rows * s.states, 1);
  tensors.in_out(call.y, tokens, call.y_precision == gpu_precision::fp16 ? 2 : 4);
  tensors.in_out(call.h_last, rows * s.states, 1);
  launch_quamba_scan(call, nullptr);
  tensors.read_back();
}

void device_quamba_update(const quamba_update_call& host_call) {
  quamba_update_call call = host_call;
  const int64_t rows = int64_t{call.batch} * call.channels;
  device_tensors tensors;
  for (const int8_t** tensor : {&call.x, &call.dt, &call.z}) tensors.in(*tensor, rows, 1);
  for (const int8_t** tensor : {&call.b, &call.c})
    tensors.in(*tensor, int64_t{call.batch} * call.groups * call.states, 1);
  tensors.in(call.a_log, int64_t{call.channels} * call.states, 1);
  for (const int8_t** tensor : {&call.d, &call.dt_bias}) tensors.in(*tensor, call.channels, 1);
  tensors.in_out(call.state, rows * call.states, 1);
  tensors.in_out(call.y, rows, call.y_precision == gpu_precision::fp16 ? 2 : 4);
  launch_quamba_update(call, nullptr);
  tensors.read_back();
}

}  // namespace scansim
