// The tiles of selective_scan_serial: their shape, and steps (1) and (3) of the kernel, from rows of memory
// to shared memory and back. Contract: a thread of a block calls load, and store after the recurrence, with
// barriers between as selective_scan_serial_kernel.cuh has them, which describes the whole. No recurrence
// here.
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/scan/scan_rows.h"

namespace scansim {

template <int states_per_lane_, int lanes_, int channels_per_lane_ = 1>
struct serial_shape {
  static constexpr int threads = 128;
  static constexpr int states_per_lane = states_per_lane_, lanes = lanes_;
  static constexpr int channels_per_lane = channels_per_lane_;
  static constexpr int teams = threads / lanes;  // of lanes: each has channels_per_lane channels
  static constexpr int states = states_per_lane * lanes, channels = teams * channels_per_lane;
  static constexpr int tokens = states <= 64 && channels <= 128 ? 32 : 16;  // of a tile: 48 KiB of it at most
  static constexpr int summed = lanes < 8 ? lanes : 8;  // tokens summed over the lanes at once: registers
  static constexpr int unrolled = summed == 8 ? 1 : summed == 4 ? 2 : 4 / summed;  // loop over tokens
  static constexpr int width =
      states_per_lane < 4 ? states_per_lane : 4;                    // states of one shared-memory access
  static constexpr int held = states_per_lane * channels_per_lane;  // states of a lane
  static constexpr bool paired = channels_per_lane > 1;
  // As many as registers without a spill allow.
  static constexpr int blocks_per_multiprocessor = held >= 32 || states >= (paired ? 64 : 256) ? 3
                                                   : held >= 16 && paired || states >= 64      ? 4
                                                   : held >= 8                                 ? 5
                                                   : lanes == 4                                ? 6
                                                                                               : 7;
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

// How rows of a tile are dealt to threads: pieces of `width` tokens, lanes along the row first. Rows that
// start on packed4 boundaries go four tokens an access; others one, but a warp's 32 are neighbours, where
// four by four every access would touch four times the lines.
template <typename Shape, typename T, int width, int rows>
struct row_pieces {
  static constexpr int a_row = Shape::tokens / width, all = rows * a_row;
  static constexpr int per_thread = (all + Shape::threads - 1) / Shape::threads;
  static constexpr bool even = all % Shape::threads == 0;  // else some threads have none
  // So many loads of each of two rows are in flight before the first is used: 64 bytes of a thread.
  static constexpr int most = Shape::lanes >= 4 || (width > 1 && sizeof(T) == 4) ? 1 : 2;
  static constexpr int burst = per_thread < most ? per_thread : most;
  static_assert(per_thread % burst == 0 && Shape::threads % a_row == 0);

  __device__ __forceinline__ static int token() { return threadIdx.x % a_row * width; }
  __device__ __forceinline__ static int row(int piece) {
    return threadIdx.x / a_row + piece * (Shape::threads / a_row);
  }
};

// Tokens m .. m + width - 1 of a row that has `count`; absent ones 0.
template <int width, typename T>
__device__ __forceinline__ packed<T, width> load_piece(const T* row, int m, int count) {
  if (m + width <= count) return load_packed<width>(row + m);
  packed<T, width> piece = {};
  if constexpr (width > 1)
#pragma unroll
    for (int j = 0; j < width; ++j)
      if (m + j < count) piece.value[j] = row[m + j];
  return piece;
}

// B and C of one group, rows of states, into [slot][state]; absent states and tokens are 0.
template <typename Shape, int width, typename T>
__device__ __forceinline__ void load_states(serial_tiles<Shape>& shared, const T* b, const T* c,
                                            const scan_sizes& sizes, const token_window& window) {
  using pieces = row_pieces<Shape, T, width, Shape::states>;
  const int m = pieces::token();
#pragma unroll 1
  for (int from = 0; from < pieces::per_thread; from += pieces::burst) {
    packed<T, width> loaded[2][pieces::burst];
#pragma unroll
    for (int i = 0; i < pieces::burst; ++i) {
      const int n = pieces::row(from + i);
      const int64_t at = int64_t{n} * sizes.length + window.first;
      const int count = n < sizes.states ? window.count : 0;
      loaded[0][i] = load_piece<width>(b + at, m, count);
      loaded[1][i] = load_piece<width>(c + at, m, count);
    }
#pragma unroll
    for (int i = 0; i < pieces::burst; ++i) {
      const int n = pieces::row(from + i);
      if (!pieces::even && n >= Shape::states) continue;
#pragma unroll
      for (int j = 0; j < width; ++j) {
        const int slot = window.slot(m + j), group = n / Shape::width, state = n % Shape::width;
        shared.b[slot][group].value[state] = to_float(loaded[0][i].value[j]);
        shared.c[slot][group].value[state] = to_float(loaded[1][i].value[j]);
      }
    }
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
    if (vector_rows_)
      load_by<4>(window);
    else
      load_by<1>(window);
  }

  // (3) y of the tile, from C.h in shared memory.
  __device__ __forceinline__ void store(const token_window& window) {
    if (vector_rows_)
      store_by<4>(window);
    else
      store_by<1>(window);
  }

  __device__ __forceinline__ bool present(int c) const { return c < channels_; }
  __device__ __forceinline__ int channel(int c) const { return first_channel_ + c; }
  // Of the (batch, D, N) tensors h0 and h_last.
  __device__ __forceinline__ int64_t state_row(int c) const {
    return (int64_t{batch_} * call_.sizes.channels + channel(c)) * call_.sizes.states;
  }

 private:
  // One operation of the unit less where the unit binds and the output has 16 bits.
  static constexpr bool short_gate = sizeof(T) == 2 && Shape::lanes == 1 && Shape::states_per_lane >= 16;
  template <int width>
  using pieces = row_pieces<Shape, T, width, Shape::channels>;

  template <int width>
  __device__ __forceinline__ void load_by(const token_window& window) {
    load_states<Shape, width>(shared_, static_cast<const T*>(call_.b) + bc_offset_,
                              static_cast<const T*>(call_.c) + bc_offset_, call_.sizes, window);
    using P = pieces<width>;
    const int m = P::token();
#pragma unroll 1
    for (int from = 0; from < P::per_thread; from += P::burst) {
      packed<T, width> delta[P::burst], u[P::burst];
      float bias[P::burst];
#pragma unroll
      for (int i = 0; i < P::burst; ++i) {
        const int c = P::row(from + i), count = c < channels_ ? window.count : 0;
        const int64_t row = row_of(c) + window.first;
        delta[i] = load_piece<width>(static_cast<const T*>(call_.delta) + row, m, count);
        u[i] = load_piece<width>(static_cast<const T*>(call_.u) + row, m, count);
        bias[i] = c < channels_ && call_.delta_bias ? call_.delta_bias[first_channel_ + c] : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < P::burst; ++i) {
        const int c = P::row(from + i);
        if (!P::even && c >= Shape::channels) continue;
#pragma unroll
        for (int j = 0; j < width; ++j) {
          float dt = to_float(delta[i].value[j]) + bias[i];
          if (call_.delta_softplus) dt = softplus_unit(dt);
          if (c >= channels_ || m + j >= window.count) dt = 0.0f;  // the identity: a = 1, b = 0
          shared_.steps[window.slot(m + j)][c] = {dt, dt * to_float(u[i].value[j])};
        }
      }
    }
  }

  template <int width>
  __device__ __forceinline__ void store_by(const token_window& window) {
    using P = pieces<width>;
    const int m = P::token();
    if (m >= window.count) return;
#pragma unroll 1
    for (int from = 0; from < P::per_thread; from += P::burst) {
      packed<T, width> u[P::burst], z[P::burst];
      float skip[P::burst];
#pragma unroll
      for (int i = 0; i < P::burst; ++i) {
        const int c = P::row(from + i), count = c < channels_ ? window.count : 0;
        const int64_t row = row_of(c) + window.first;
        u[i] = load_piece<width>(static_cast<const T*>(call_.u) + row, m, call_.d ? count : 0);
        z[i] = load_piece<width>(static_cast<const T*>(call_.z) + row, m, call_.z ? count : 0);
        skip[i] = c < channels_ && call_.d ? call_.d[first_channel_ + c] : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < P::burst; ++i) {
        const int c = P::row(from + i);
        if (c >= channels_) continue;
        packed<T, width> y;
#pragma unroll
        for (int j = 0; j < width; ++j) {
          float value = shared_.steps[window.slot(m + j)][c].dt;
          if (call_.d) value += skip[i] * to_float(u[i].value[j]);
          if (call_.z) value *= gate(to_float(z[i].value[j]));
          y.value[j] = from_float<T>(value);
        }
        store_piece(static_cast<T*>(call_.y) + row_of(c) + window.first, m, window.count, y);
      }
    }
  }

  __device__ __forceinline__ static float gate(float z) { return short_gate ? silu_short(z) : silu_unit(z); }

  template <int width>
  __device__ __forceinline__ static void store_piece(T* row, int m, int count, const packed<T, width>& y) {
    if (m + width <= count) return store_packed<T, width>(row + m, y);
    if constexpr (width > 1)
#pragma unroll
      for (int j = 0; j < width; ++j)
        if (m + j < count) row[m + j] = y.value[j];
  }

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
