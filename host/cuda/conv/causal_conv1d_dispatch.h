// From a convolution call to the kernel that serves it: storage type and width become template parameters,
// and the block takes its shape from the length. Host code without CUDA types, shared by the launcher and the
// emulation. Contract: throws std::invalid_argument for a width outside 2 to 4, int8 storage or a size
// below 1; check_causal_conv1d for states of a reversed call.
#pragma once
#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "host/cuda/conv/causal_conv1d_call.h"
#include "host/cuda/numerics/storage_types.h"

namespace scansim {

// Threads along time and along channels; vectors: 16 bytes per access, which wants aligned rows.
struct causal_conv1d_shape {
  int time_threads = 32, channel_threads = 8;
  int time_blocks = 1, channel_blocks = 1;
  bool vectors = false;
};

constexpr int causal_conv1d_threads = 256;

inline void check_causal_conv1d(const causal_conv1d_call& call) {
  if (call.reverse && (call.initial_state || call.final_state))
    throw std::invalid_argument("causal_conv1d: states of a reversed convolution");
}

inline int precision_bytes(gpu_precision precision) { return precision == gpu_precision::fp32 ? 4 : 2; }

inline causal_conv1d_shape causal_conv1d_choose(const causal_conv1d_call& call) {
  causal_conv1d_shape shape;
  const int per_vector = 16 / precision_bytes(call.precision);
  const auto addresses = reinterpret_cast<uintptr_t>(call.x) | reinterpret_cast<uintptr_t>(call.y);
  shape.vectors = call.length % per_vector == 0 && addresses % 16 == 0;
  const int items = shape.vectors ? call.length / per_vector : call.length;
  while (shape.time_threads < causal_conv1d_threads && shape.time_threads < items) shape.time_threads *= 2;
  shape.channel_threads = causal_conv1d_threads / shape.time_threads;
  shape.time_blocks = (items + shape.time_threads - 1) / shape.time_threads;
  shape.channel_blocks = (call.channels + shape.channel_threads - 1) / shape.channel_threads;
  return shape;
}

// Calls run.template operator()<storage type, width>().
template <typename Storage, typename Run>
void causal_conv1d_with_width(int width, const Run& run) {
  switch (width) {
    case 2:
      return run.template operator()<Storage, 2>();
    case 3:
      return run.template operator()<Storage, 3>();
    case 4:
      return run.template operator()<Storage, 4>();
    default:
      throw std::invalid_argument("causal_conv1d: a width outside 2 to 4");
  }
}

template <typename Call, typename Run>
void causal_conv1d_dispatch(const Call& call, const Run& run) {
  if (std::min({call.batch, call.channels, call.length}) < 1)
    throw std::invalid_argument("causal_conv1d: a size below 1");
  switch (call.precision) {
    case gpu_precision::fp32:
      return causal_conv1d_with_width<float>(call.width, run);
    case gpu_precision::fp16:
      return causal_conv1d_with_width<half_bits>(call.width, run);
    case gpu_precision::bf16:
      return causal_conv1d_with_width<bfloat16_bits>(call.width, run);
    default:
      throw std::invalid_argument("causal_conv1d: not a float precision");
  }
}

}  // namespace scansim
