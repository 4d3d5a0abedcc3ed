// The tiles of selective_scan_serial: their shape, and steps (1) and (3) of the kernel, from rows of memory
// to shared memory and back. Contract: a thread of a block calls load, and store after the recurrence, with
// barriers between as selective_scan_serial_kernel.cuh has them, which describes the whole. No recurrence
// here.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/scan/scan_rows.h"

namespace scansim {

template <int states_per_lane_, int lanes_>
struct serial_shape {
  static constexpr int threads = 128;
  static constexpr int states_per_lane = states_per_lane_, lanes = lanes_;
  static constexpr int states = states_per_lane * lanes, channels = threads / lanes;
  static constexpr int tokens = states <= 64 ? 32 : 16;  // of a tile
  static constexpr int summed = lanes < 8 ? lanes : 8;   // tokens summed over the lanes at once: registers
  static constexpr int unrolled = summed == 8 ? 1 : summed == 4 ? 2 : 4 / summed;  // loop over tokens
  static constexpr int width =
      states_per_lane < 4 ? states_per_lane : 4;  // states of one shared-memory access
  static constexpr int blocks_per_multiprocessor = states >= 256                           ? 3
                                                   : states >= 64 || states_per_lane >= 16 ? 5
                                                   : states_per_lane >= 8                  ? 6
                                                   : lanes == 4                            ? 7
                                                                                           : 8;
  static_assert(tokens % lanes == 0 && states_per_lane % width == 0);

  // The states of a lane are interleaved by `width`, so that one access by all lanes is contiguous.
  __device__ __forceinline__ static int state(int lane, int s) {
    return (s / width * lanes + lane) * width + s % width;
  }
};

template <typename Shape>
struct serial_tiles {
  struct alignas(4 * Shape::width) state_group {
    float value[Shape::width];
  };
  struct alignas(8) step {
    float dt, du;  // after the recurrence dt holds C.h
  };
  // One spare column each against bank conflicts of the transposing writes.
  state_group b[Shape::tokens][Shape::states / Shape::width + 1];
  state_group c[Shape::tokens][Shape::states / Shape::width + 1];
  step steps[Shape::tokens][Shape::channels + 1];
};

// B or C of one group, rows of states, into [slot][state]; absent states and tokens are 0.
template <typename Shape, typename T, typename Tile>
__device__ __forceinline__ void load_states(Tile& tile, const T* rows, const scan_sizes& sizes,
                                            const token_window& window, bool vector_rows) {
  constexpr int quads = Shape::tokens / 4;
  for (int e = threadIdx.x; e < Shape::states * quads; e += Shape::threads) {
    const int n = e / quads, m = e % quads * 4;
    float four[4] = {};
    if (n < sizes.states)
      load_row4(rows + int64_t{n} * sizes.length + window.first, m, window.count, vector_rows, four);
#pragma unroll
    for (int j = 0; j < 4; ++j) tile[window.slot(m + j)][n / Shape::width].value[n % Shape::width] = four[j];
  }
}

template <typename T, typename Shape>
class serial_block {
 public:
  using tiles = serial_tiles<Shape>;

  __device__ __forceinline__ serial_block(const scan_call& call, bool vector_rows, tiles& shared)
      : call_(call), vector_rows_(vector_rows), shared_(shared) {
    const int group_channels = call.sizes.channels / call.sizes.groups;
    const int group_tiles = (group_channels + Shape::channels - 1) / Shape::channels;
    const int row = blockIdx.x / group_tiles, tile = blockIdx.x % group_tiles;  // row of (batch, group)
    batch_ = row / call.sizes.groups;
    const int group = row % call.sizes.groups;
    first_channel_ = group * group_channels + tile * Shape::channels;
    const int rest = group_channels - tile * Shape::channels;
    channels_ = rest < Shape::channels ? rest : Shape::channels;
    bc_offset_ = int64_t{row} * call.sizes.states * call.sizes.length;
  }

  // (1) A tile's B, C, dt and dt u.
  __device__ __forceinline__ void load(const token_window& window) {
    load_states<Shape>(shared_.b, static_cast<const T*>(call_.b) + bc_offset_, call_.sizes, window,
                       vector_rows_);
    load_states<Shape>(shared_.c, static_cast<const T*>(call_.c) + bc_offset_, call_.sizes, window,
                       vector_rows_);
    for (int e = threadIdx.x; e < Shape::channels * quads; e += Shape::threads) {
      const int c = e / quads, m = e % quads * 4;
      float delta[4] = {}, u[4] = {};
      float bias = 0.0f;
      if (c < channels_) {
        const int64_t row = row_of(c) + window.first;
        load_row4(static_cast<const T*>(call_.delta) + row, m, window.count, vector_rows_, delta);
        load_row4(static_cast<const T*>(call_.u) + row, m, window.count, vector_rows_, u);
        if (call_.delta_bias) bias = call_.delta_bias[first_channel_ + c];
      }
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        float dt = delta[j] + bias;
        if (call_.delta_softplus) dt = softplus_unit(dt);
        if (c >= channels_ || m + j >= window.count) dt = 0.0f;  // the identity: a = 1, b = 0
        shared_.steps[window.slot(m + j)][c] = {dt, dt * u[j]};
      }
    }
  }

  // (3) y of the tile, from C.h in shared memory.
  __device__ __forceinline__ void store(const token_window& window) {
    for (int e = threadIdx.x; e < channels_ * quads; e += Shape::threads) {
      const int c = e / quads, m = e % quads * 4;
      if (m >= window.count) continue;
      const int64_t row = row_of(c) + window.first;
      float y[4];
#pragma unroll
      for (int j = 0; j < 4; ++j) y[j] = shared_.steps[window.slot(m + j)][c].dt;
      if (call_.d) {
        float u[4];
        load_row4(static_cast<const T*>(call_.u) + row, m, window.count, vector_rows_, u);
#pragma unroll
        for (int j = 0; j < 4; ++j) y[j] += call_.d[first_channel_ + c] * u[j];
      }
      if (call_.z) {
        float z[4];
        load_row4(static_cast<const T*>(call_.z) + row, m, window.count, vector_rows_, z);
#pragma unroll
        for (int j = 0; j < 4; ++j) y[j] *= silu_unit(z[j]);
      }
      store_row4(static_cast<T*>(call_.y) + row, m, window.count, vector_rows_, y);
    }
  }

  __device__ __forceinline__ bool present(int c) const { return c < channels_; }
  __device__ __forceinline__ int channel(int c) const { return first_channel_ + c; }
  // Of the (batch, D, N) tensors h0 and h_last.
  __device__ __forceinline__ int64_t state_row(int c) const {
    return (int64_t{batch_} * call_.sizes.channels + channel(c)) * call_.sizes.states;
  }

 private:
  static constexpr int quads = Shape::tokens / 4;

  __device__ __forceinline__ int64_t row_of(int c) const {
    return (int64_t{batch_} * call_.sizes.channels + first_channel_ + c) * call_.sizes.length;
  }

  const scan_call& call_;
  bool vector_rows_;
  tiles& shared_;
  int batch_, first_channel_, channels_;
  int64_t bc_offset_;
};

}  // namespace scansim
