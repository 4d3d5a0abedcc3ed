// to[i] += other[i], rounded to their type: the two directions of a layer before its out_proj. 16 bytes a
// thread, the last elements one by one. Contract: grid.x = ceil(count / (threads * values of 16 bytes)),
// block add_values_threads; both start on 16 bytes. Bound by memory: three accesses an element.
#pragma once
#include "host/cuda/layer/layer_call.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

constexpr int add_values_threads = 256;
inline int64_t add_values_blocks(const added_values& call) {
  const int64_t of_block = add_values_threads * (call.precision == gpu_precision::fp32 ? 4 : 8);
  return (call.count + of_block - 1) / of_block;
}

template <typename T>
__global__ void __launch_bounds__(add_values_threads) add_values_kernel(const added_values call) {
  constexpr int width = 16 / sizeof(T);
  const int64_t first = (int64_t{blockIdx.x} * add_values_threads + threadIdx.x) * width;
  T* const to = static_cast<T*>(call.to);
  const T* const other = static_cast<const T*>(call.other);
  if (first + width > call.count) {
#pragma unroll 1
    for (int64_t i = first; i < call.count; ++i) to[i] = from_float<T>(to_float(to[i]) + to_float(other[i]));
    return;
  }
  packed<T, width> sum = load_packed<width>(to + first);
  const packed<T, width> more = load_packed<width>(other + first);
#pragma unroll
  for (int i = 0; i < width; ++i)
    sum.value[i] = from_float<T>(to_float(sum.value[i]) + to_float(more.value[i]));
  store_packed(to + first, sum);
}

}  // namespace scansim
