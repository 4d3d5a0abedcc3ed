// Device copies of a call's host tensors, for the tests that run a kernel on a device: each pointer of the
// call is exchanged for device memory, and what the kernel wrote is copied back. Contract: a null tensor
// stays null; read_back() waits for the device; throws tool_error with the driver's words. CUDA files only.
#pragma once
#include <cuda_runtime.h>

#include <string>
#include <vector>

#include "traces/input_error.h"

namespace scansim {

class device_tensors {
 public:
  device_tensors() = default;
  device_tensors(const device_tensors&) = delete;
  device_tensors& operator=(const device_tensors&) = delete;
  ~device_tensors() {
    for (const copy& one : copies_) cudaFree(one.device);
  }

  template <typename T>
  void in(T*& pointer, int64_t elements, size_t element_bytes) {
    if (!pointer) return;
    const size_t bytes = static_cast<size_t>(elements) * element_bytes;
    void* device = nullptr;
    check(cudaMalloc(&device, bytes));
    copies_.push_back({device, const_cast<void*>(static_cast<const void*>(pointer)), bytes, false});
    check(cudaMemcpy(device, pointer, bytes, cudaMemcpyHostToDevice));
    pointer = static_cast<T*>(device);
  }

  template <typename T>
  void in_out(T*& pointer, int64_t elements, size_t element_bytes) {
    if (!pointer) return;
    in(pointer, elements, element_bytes);
    copies_.back().back = true;
  }

  void read_back() {
    check(cudaDeviceSynchronize());
    for (const copy& one : copies_)
      if (one.back) check(cudaMemcpy(one.host, one.device, one.bytes, cudaMemcpyDeviceToHost));
  }

 private:
  struct copy {
    void *device, *host;
    size_t bytes;
    bool back;
  };

  static void check(cudaError_t error) {
    if (error != cudaSuccess) throw tool_error(std::string("cuda: ") + cudaGetErrorString(error));
  }

  std::vector<copy> copies_;
};

}  // namespace scansim
