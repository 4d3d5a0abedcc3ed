#include <string>

#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/cuda_errors.h"

namespace scansim {

buffer_sets::buffer_sets(const call_image& image, int sets)
    : bytes_per_set_(image.bytes().size()), count_(sets) {
  const uint64_t total = bytes_per_set_ * static_cast<uint64_t>(sets);
  const std::string what =
      "allocating " + std::to_string(sets) + " buffer sets of " + std::to_string(bytes_per_set_) + " bytes";
  check_cuda(cudaMalloc(reinterpret_cast<void**>(&memory_), total), what.c_str());
  cudaError_t status = cudaMemcpy(memory_, image.bytes().data(), bytes_per_set_, cudaMemcpyHostToDevice);
  for (int set = 1; set < sets && status == cudaSuccess; ++set)
    status = cudaMemcpyAsync(at(set, 0), memory_, bytes_per_set_, cudaMemcpyDeviceToDevice);
  if (status == cudaSuccess) status = cudaDeviceSynchronize();
  if (status != cudaSuccess) cudaFree(memory_);
  check_cuda(status, "copying the inputs");
}

buffer_sets::~buffer_sets() { cudaFree(memory_); }

std::vector<std::byte> buffer_sets::download(int set, int64_t offset, size_t bytes) const {
  std::vector<std::byte> copy(bytes);
  check_cuda(cudaDeviceSynchronize(), "waiting for a kernel");
  check_cuda(cudaMemcpy(copy.data(), at(set, offset), bytes, cudaMemcpyDeviceToHost), "reading the outputs");
  return copy;
}

void buffer_sets::upload(int set, int64_t offset, const std::vector<std::byte>& bytes) {
  check_cuda(cudaDeviceSynchronize(), "waiting for a kernel");
  check_cuda(cudaMemcpy(at(set, offset), bytes.data(), bytes.size(), cudaMemcpyHostToDevice),
             "copying the inputs");
  // From pageable memory the copy may return early, and a non-blocking stream would not wait for it.
  check_cuda(cudaDeviceSynchronize(), "copying the inputs");
}

}  // namespace scansim
