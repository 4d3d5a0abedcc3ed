// Copies of one call's memory on the device, to be used in turn so that none is found in the L2 cache.
// Contract: owns the device memory; every set starts as the image. Throws tool_error (out of memory, driver).
#pragma once
#include "host/cuda/measure/call_image.h"

namespace scansim {

class buffer_sets {
 public:
  buffer_sets(const call_image& image, int sets);
  ~buffer_sets();
  buffer_sets(const buffer_sets&) = delete;
  buffer_sets& operator=(const buffer_sets&) = delete;

  int count() const { return count_; }
  uint64_t bytes_per_set() const { return bytes_per_set_; }

  // nullptr for call_image::none.
  template <class T = void>
  T* at(int set, int64_t offset) const {
    if (offset == call_image::none) return nullptr;
    return reinterpret_cast<T*>(memory_ + static_cast<uint64_t>(set) * bytes_per_set_ + offset);
  }
  // Both wait for the device.
  std::vector<std::byte> download(int set, int64_t offset, size_t bytes) const;
  void upload(int set, int64_t offset, const std::vector<std::byte>& bytes);

 private:
  std::byte* memory_ = nullptr;
  uint64_t bytes_per_set_ = 0;
  int count_ = 0;
};

}  // namespace scansim
