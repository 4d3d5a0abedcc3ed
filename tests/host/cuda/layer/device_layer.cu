#include "host/cuda/layer/layer_launch.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "tests/host/cuda/layer/device_layer.h"
#include "tests/host/cuda/scan/device_tensors.h"

namespace scansim {

std::string why_no_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return devices > 0 ? "" : "no CUDA device";
}

void device_layer(const layer_image& image, std::byte* memory) {
  device_tensors tensors;
  tensors.in_out(memory, static_cast<int64_t>(image.image().bytes().size()), 1);
  const layer_call call = image.at(memory);
  const scan_configuration configuration = selective_scan_choose(scan_of(call).sizes, 132);
  for (const layer_step step : layer_steps(call.directions))
    launch_layer_step(call, step, configuration, nullptr);
  tensors.read_back();
}

}  // namespace scansim
