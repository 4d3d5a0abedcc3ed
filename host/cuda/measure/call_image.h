// The memory of one call as one block: inputs converted to their storage type, then room for what the kernel
// writes, each on a 256-byte boundary (as an allocation of its own would be). Contract: offsets are relative
// to the block; an absent operand has the offset `none` and becomes a null pointer. No CUDA here: the same
// block is filled on the host and copied to every buffer set.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/cuda/scan/scan_call.h"

namespace scansim {

class call_image {
 public:
  static constexpr int64_t none = -1;

  // Empty values: none.
  int64_t add_floats(const std::vector<float>& values, gpu_precision storage = gpu_precision::fp32);
  int64_t add_int8(const std::vector<int8_t>& values);  // likewise
  int64_t add_bytes(const void* data, size_t bytes);
  int64_t reserve(size_t bytes);  // zeros

  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

size_t storage_bytes(gpu_precision storage);  // of one element

// fp32, fp16 or bf16 to and from float.
std::vector<std::byte> to_storage(const std::vector<float>& values, gpu_precision storage);
std::vector<float> from_storage(const std::vector<std::byte>& bytes, gpu_precision storage);

}  // namespace scansim
