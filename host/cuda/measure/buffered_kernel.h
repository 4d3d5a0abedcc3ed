// A gpu_kernel whose operands are one image, copied to every buffer set: what the prepared calls have in
// common. Contract: a call's own class says its work, fills the sets from its image and launches on
// `stream()`. Errors: tool_error of the driver.
#pragma once
#include <memory>

#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/gpu_device.h"

namespace scansim {

class buffered_kernel : public gpu_kernel {
 public:
  gpu_work work() const override { return work_; }
  uint64_t bytes_per_set() const override { return buffers_->bytes_per_set(); }

 protected:
  buffered_kernel(const gpu_work& work, void* stream) : work_(work), stream_(stream) {}

  void fill(const call_image& image, int sets) { buffers_ = std::make_unique<buffer_sets>(image, sets); }
  template <class T = void>
  T* at(int set, int64_t offset) const {
    return buffers_->at<T>(set, offset);
  }
  std::vector<std::byte> download(int set, int64_t offset, size_t bytes) const {
    return buffers_->download(set, offset, bytes);
  }
  // Elements of a float type.
  std::vector<float> values(int set, int64_t offset, size_t count, gpu_precision storage) const {
    return from_storage(download(set, offset, count * storage_bytes(storage)), storage);
  }
  void upload(int set, int64_t offset, const std::vector<std::byte>& bytes) {
    buffers_->upload(set, offset, bytes);
  }
  void* stream() const { return stream_; }

 private:
  gpu_work work_;
  std::unique_ptr<buffer_sets> buffers_;
  void* stream_;
};

}  // namespace scansim
