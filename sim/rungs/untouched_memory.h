// untouched_memory: zeros that cost nothing until somebody touches their page: the image of a rung without
// values, of which only descriptors are read. From the system rather than the heap, which zeroes what it has
// used before.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace scansim {

class untouched_memory {
 public:
  untouched_memory() = default;
  explicit untouched_memory(size_t bytes);  // std::bad_alloc
  ~untouched_memory();
  untouched_memory(untouched_memory&& other) noexcept;
  untouched_memory& operator=(untouched_memory&& other) noexcept;

  std::span<uint8_t> bytes() const { return bytes_; }

 private:
  std::span<uint8_t> bytes_;
};

}  // namespace scansim
