// Runs CUDA kernel source on a CPU, thread for thread: every thread of a block is a fiber, __syncthreads and
// the warp shuffles are barriers between fibers, blocks run one after another. Force-included (-include) in
// front of a .cuh by the tests. Contract: results equal those of a device up to special-function units; a
// barrier that some thread of the block or warp never reaches, and a shuffle that names absent lanes, throw.
// Between barriers the threads of a block run in an order that changes from block to block (thread_order), so
// that a missing barrier gives wrong results. It does not model memory ordering or speed: __shared__ is
// static storage, so no two launches may run at once.
#pragma once
#define SCANSIM_CUDA_EMULATION 1

#include <cstdint>
#include <cstring>
#include <functional>

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static

struct uint3_emulated {
  unsigned x = 0, y = 0, z = 0;
};
struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};

namespace scansim::emulation {

// Of the fiber that runs now.
extern uint3_emulated thread_index, layer_index;
extern dim3 block_size, grid_size;

// Which of the threads that may run goes first. descending turns lanes and warps round; shuffled takes lanes
// and warps in another order at every barrier and changes the warp at warp barriers; in_turn, the default,
// gives each block the next of the three. No order is that of a device: each is one that CUDA allows.
enum class thread_order { in_turn, ascending, descending, shuffled };
extern thread_order order;

// Runs body() once per thread of every block. Rethrows the first exception of any thread.
void launch(dim3 grid, dim3 block, const std::function<void()>& body);

void sync_block();
void sync_warp(unsigned mask);
enum class shuffle_kind { idx, up, down, exchange };
// Exchanges 4-byte values within segments of `width` lanes, as __shfl_*_sync.
uint32_t shuffle(unsigned mask, uint32_t value, shuffle_kind kind, unsigned argument, int width);

// What a warp's matrix unit sees: `count` words of each of its 32 lanes, into `all` in the order of the
// lanes.
constexpr int most_exchanged_words = 8;
void exchange_words(const uint32_t* mine, int count, uint32_t* all);

template <typename T>
T shuffle_value(unsigned mask, T value, shuffle_kind kind, unsigned argument, int width) {
  static_assert(sizeof(T) == 4, "32-bit shuffles only");
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = shuffle(mask, bits, kind, argument, width);
  std::memcpy(&value, &bits, 4);
  return value;
}

}  // namespace scansim::emulation

#define threadIdx (scansim::emulation::thread_index)
#define blockIdx (scansim::emulation::layer_index)
#define blockDim (scansim::emulation::block_size)
#define gridDim (scansim::emulation::grid_size)

inline void __syncthreads() { scansim::emulation::sync_block(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { scansim::emulation::sync_warp(mask); }
template <typename T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32) {
  return scansim::emulation::shuffle_value(mask, value, scansim::emulation::shuffle_kind::idx,
                                           static_cast<unsigned>(lane), width);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return scansim::emulation::shuffle_value(mask, value, scansim::emulation::shuffle_kind::up, delta, width);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return scansim::emulation::shuffle_value(mask, value, scansim::emulation::shuffle_kind::down, delta, width);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  return scansim::emulation::shuffle_value(mask, value, scansim::emulation::shuffle_kind::exchange,
                                           static_cast<unsigned>(lanes), width);
}
template <typename T>
T __ldg(const T* address) {
  return *address;
}
