// Count neighbouring elements in one memory access of 8 or 16 bytes (any other size element by element).
// Contract: the address is aligned to the size. The device form loads words, because nvcc splits an access to
// a struct of 16-bit elements; the host form copies bytes, which no aliasing rule forbids.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

template <typename T, int Count>
struct alignas(Count * sizeof(T)) packed {
  T value[Count];
};

template <int Count, typename T>
SCANSIM_HD packed<T, Count> load_packed(const T* address) {
  packed<T, Count> result;
#ifdef __CUDA_ARCH__
  if constexpr (sizeof result == 16) {
    const uint4 words = *reinterpret_cast<const uint4*>(address);
    memcpy(&result, &words, sizeof result);
  } else if constexpr (sizeof result == 8) {
    const uint2 words = *reinterpret_cast<const uint2*>(address);
    memcpy(&result, &words, sizeof result);
  } else {
    for (int i = 0; i < Count; ++i) result.value[i] = address[i];
  }
#else
  std::memcpy(&result, address, sizeof result);
#endif
  return result;
}

template <typename T, int Count>
SCANSIM_HD void store_packed(T* address, const packed<T, Count>& value) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof value == 16) {
    uint4 words;
    memcpy(&words, &value, sizeof value);
    *reinterpret_cast<uint4*>(address) = words;
  } else if constexpr (sizeof value == 8) {
    uint2 words;
    memcpy(&words, &value, sizeof value);
    *reinterpret_cast<uint2*>(address) = words;
  } else {
    for (int i = 0; i < Count; ++i) address[i] = value.value[i];
  }
#else
  std::memcpy(address, &value, sizeof value);
#endif
}

// Four bytes on their boundary.
SCANSIM_HD uint32_t load_word(const int8_t* address) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const uint32_t*>(address);
#else
  uint32_t word;
  std::memcpy(&word, address, sizeof word);
  return word;
#endif
}

SCANSIM_HD void store_word(int8_t* address, uint32_t word) {
#ifdef __CUDA_ARCH__
  *reinterpret_cast<uint32_t*>(address) = word;
#else
  std::memcpy(address, &word, sizeof word);
#endif
}

}  // namespace scansim
