// The ceilings that a scan is held against. copy_kernel: to[k] = from[k], 16 bytes per access, four in
// flight per thread, grid-stride over buffers far beyond the L2 cache. exp_kernel: `chains` independent
// chains per thread of x = 2^-x, which stays in (0, 1]; every exp depends on the one before in its chain, so
// none can be left out, and the sum is stored. `method` as in exp2_float.h: the special function unit alone,
// or every n-th exp on the FMA pipes beside it; the caller takes the fastest. They measure throughput, not
// latency.
#pragma once
#include "host/cuda/numerics/exp2_float.h"

namespace scansim {

struct alignas(16) copy_word {
  uint32_t part[4];
};

inline constexpr int copy_in_flight = 4, exp_chains = 8, exp_rounds = 512;

__global__ void copy_kernel(copy_word* to, const copy_word* from, int64_t words) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  int64_t k = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; k + (copy_in_flight - 1) * stride < words; k += copy_in_flight * stride) {
    copy_word held[copy_in_flight];
#pragma unroll
    for (int j = 0; j < copy_in_flight; ++j) held[j] = from[k + j * stride];
#pragma unroll
    for (int j = 0; j < copy_in_flight; ++j) to[k + j * stride] = held[j];
  }
  for (; k < words; k += stride) to[k] = from[k];
}

__global__ void empty_kernel() {}  // what a launch costs

template <exp_method method, int every>
__global__ void exp_kernel(float* sums) {
  const int thread = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  float x[exp_chains];
#pragma unroll
  for (int j = 0; j < exp_chains; ++j) x[j] = static_cast<float>(thread % 32 + j) * 0x1p-6f;
#pragma unroll 4
  for (int round = 0; round < exp_rounds; ++round) {
#pragma unroll
    for (int j = 0; j < exp_chains; ++j) x[j] = exp2_of<method, every>(-x[j], j);
  }
  float sum = 0;
#pragma unroll
  for (int j = 0; j < exp_chains; ++j) sum += x[j];
  sums[thread] = sum;
}

}  // namespace scansim
