// The convolutions on the device, on host pointers with copies around them.
#include "host/cuda/conv/causal_conv1d_launch.h"
#include "tests/host/cuda/conv/device_conv.h"
#include "tests/host/cuda/scan/device_tensors.h"

namespace scansim {

std::string why_no_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return devices > 0 ? "" : "no CUDA device";
}

void device_conv(const causal_conv1d_call& host_call) {
  causal_conv1d_call call = host_call;
  const int64_t rows = int64_t{call.batch} * call.channels, tokens = rows * call.length;
  const size_t bytes = call.precision == gpu_precision::fp32 ? 4 : 2;
  device_tensors tensors;
  tensors.in(call.x, tokens, bytes);
  tensors.in(call.weight, int64_t{call.channels} * call.width, 4);
  tensors.in(call.bias, call.channels, 4);
  tensors.in(call.initial_state, rows * (call.width - 1), bytes);
  tensors.in_out(call.y, tokens, bytes);
  tensors.in_out(call.final_state, rows * (call.width - 1), bytes);
  launch_causal_conv1d(call, nullptr);
  tensors.read_back();
}

void device_conv(const causal_conv1d_update_call& host_call) {
  causal_conv1d_update_call call = host_call;
  const int64_t rows = int64_t{call.batch} * call.channels, tokens = rows * call.length;
  const size_t bytes = call.precision == gpu_precision::fp32 ? 4 : 2;
  device_tensors tensors;
  tensors.in(call.x, tokens, bytes);
  tensors.in(call.weight, int64_t{call.channels} * call.width, 4);
  tensors.in(call.bias, call.channels, 4);
  tensors.in_out(call.state, rows * (call.width - 1), bytes);
  tensors.in_out(call.y, tokens, bytes);
  launch_causal_conv1d_update(call, nullptr);
  tensors.read_back();
}

}  // namespace scansim
