// The device of a build without CUDA: there is none, and the reason says so. Linked instead of
// cuda_device.cu; everything else of this folder is the same in both builds.
#include "host/cuda/measure/gpu_device.h"

namespace scansim {

std::unique_ptr<gpu_device> open_gpu_device(std::string& why_not) {
  why_not = "built without CUDA";
  return nullptr;
}

gpu_build gpu_build_info() { return {}; }

}  // namespace scansim
