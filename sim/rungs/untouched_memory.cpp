#include "sim/rungs/untouched_memory.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace scansim {

untouched_memory::untouched_memory(size_t bytes) {
  if (bytes == 0) return;
  void* place =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  bytes_ = {static_cast<uint8_t*>(place), bytes};
}

untouched_memory::~untouched_memory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

untouched_memory::untouched_memory(untouched_memory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

untouched_memory& untouched_memory::operator=(untouched_memory&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace scansim
