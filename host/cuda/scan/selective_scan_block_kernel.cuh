// Selective scan, parallel over time: the same formulas as selective_scan_serial, computed as an affine scan.
// A thread holds `items` successive tokens of a channel; 1 or 4 warps (`warps_over_time`) share the channel,
// and a block walks chunks of 32 * warps * items tokens. Per state: (1) a = 2^(dt A log2 e), b = dt u B, the
// thread's own scan; its product of a is one more exp, 2^(A sum dt), as A does not depend on the token; (2)
// warp scan by shuffles, across warps through shared memory; (3) second pass from the carried-in state, y +=
// C h. B and C pass through shared memory once for all channels of a block. Contract: grid.x = batch * groups
// * ceil(D / groups / channels), block 128; N <= 256; any L < 2^29. Choose it when channels * batch are few:
// time is the parallelism.
//
// Counted, not measured on a device yet (nvcc 13.0, sm_90, 16 items x 1 warp): 12.2 PTX instructions per
// token, channel and state, 9.9 without register moves, against 8.5 issue slots of its 17 exps per 16 tokens;
// 10 shuffles and 8 16-byte shared-memory reads per 16 tokens and state. B and C come 64 bytes of a thread at
// a time (bf16: 4 loads of 16 bytes in flight, before 2 of 8). Registers 165 (118 at 8 items, 76 at 4; with 4
// warps 168, 124, 78), before that 162 (115, 76; 164, 127, 78); no shape spills on sm_80 or sm_90 (../sass).
#pragma once
#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/numerics/affine_scan.h"
#include "host/cuda/numerics/packed_access.h"
#include "host/cuda/scan/scan_rows.h"

namespace scansim {

template <int items_, int warps_over_time_>
struct block_shape {
  static constexpr int threads = 128, warps = 4, max_states = 256;
  static constexpr int items = items_, warps_over_time = warps_over_time_;
  static constexpr int channels = warps / warps_over_time;       // of a block
  static constexpr int segment = 32 * items;                     // tokens of a warp
  static constexpr int chunk = segment * warps_over_time;        // tokens of a block at once
  static constexpr int states = channels;                        // of B and C in shared memory at once
  static constexpr int stride = items == 4 ? 1 : items / 4 + 1;  // packed4 per thread, spread over the banks
  static constexpr int blocks_per_multiprocessor = items == 4 ? 6 : items == 8 ? 4 : 3;
  static_assert(items % 4 == 0 && (warps_over_time == 1 || warps_over_time == 4));
};

template <typename Shape>
struct block_tiles {
  packed4<float> b[Shape::states][32 * Shape::warps_over_time * Shape::stride];
  packed4<float> c[Shape::states][32 * Shape::warps_over_time * Shape::stride];
  packed4<float> stage[Shape::warps][32 * Shape::stride];  // rows change from coalesced to blocked order here
  float a[Shape::channels][Shape::max_states];             // A log2 e
  float carry[Shape::channels][Shape::max_states];         // the state at the end of the chunk before
  affine warp_map[2][Shape::warps];
};

// Four tokens at memory position m into their slots of a tile in blocked order.
template <typename Shape>
__device__ __forceinline__ void put4(packed4<float>* tile, const token_window& window, int m,
                                     const float (&in)[4]) {
  constexpr int quads = Shape::items / 4;
  const int quad = window.slot(window.reverse ? m + 3 : m) / 4;
  if (!window.reverse || m >= window.count) {
    tile[m / 4 / quads * Shape::stride + m / 4 % quads] = {{in[0], in[1], in[2], in[3]}};
  } else if (window.count % 4 == 0) {
    tile[quad / quads * Shape::stride + quad % quads] = {{in[3], in[2], in[1], in[0]}};
  } else {
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int slot = window.slot(m + j);
      tile[slot / 4 / quads * Shape::stride + slot / 4 % quads].value[slot % 4] = in[j];
    }
  }
}

template <typename Shape>
__device__ __forceinline__ void get4(const packed4<float>* tile, const token_window& window, int m,
                                     float (&out)[4]) {
  constexpr int quads = Shape::items / 4;
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int slot = window.slot(m + j);
    out[j] = tile[slot / 4 / quads * Shape::stride + slot / 4 % quads].value[slot % 4];
  }
}

// A thread's own tokens of a tile.
template <typename Shape>
__device__ __forceinline__ void read_items(const packed4<float>* tile, int thread,
                                           float (&out)[Shape::items]) {
#pragma unroll
  for (int q = 0; q < Shape::items / 4; ++q) {
    const packed4<float> four = tile[thread * Shape::stride + q];
#pragma unroll
    for (int j = 0; j < 4; ++j) out[4 * q + j] = four.value[j];
  }
}

// A warp's segment of one row, through its stage, to the lanes' own tokens. Absent tokens are 0.
template <typename Shape, typename T>
__device__ __forceinline__ void load_segment(packed4<float>* stage, const T* row, const token_window& window,
                                             bool vector_rows, float (&out)[Shape::items]) {
  const int lane = threadIdx.x % 32;
  __syncwarp();  // the stage may still be read
#pragma unroll
  for (int m = 4 * lane; m < Shape::segment; m += 128) {
    float four[4] = {};
    if (row) load_row4(row + window.first, m, window.count, vector_rows, four);
    put4<Shape>(stage, window, m, four);
  }
  __syncwarp();
  read_items<Shape>(stage, lane, out);
}

// A whole chunk, forward, `width` elements an access: up to 64 bytes of a thread are in flight before the
// first is used (more than that spills on sm_80), where the loop below waits for every other load.
template <typename Shape, int width, typename T>
__device__ __forceinline__ void load_whole_states(block_tiles<Shape>& shared, const T* b, const T* c,
                                                  int length, int first_token) {
  constexpr int pieces = Shape::chunk / width, each = Shape::states * pieces / Shape::threads;
  constexpr int most = (sizeof(T) == 4 ? 32 : 64) / (width * sizeof(T)),
                burst = 2 * each < most ? 2 * each : most;
  constexpr int quads = Shape::items / 4;
  static_assert(2 * each % burst == 0);
#pragma unroll 1  // else the loads of all would go first
  for (int from = 0; from < 2 * each; from += burst) {
    packed<T, width> loaded[burst];
#pragma unroll
    for (int i = 0; i < burst; ++i) {
      const int piece = threadIdx.x + (from + i) % each * Shape::threads;
      const T* rows = from + i < each ? b : c;
      loaded[i] = load_packed<width>(rows + (piece / pieces * length + first_token + piece % pieces * width));
    }
#pragma unroll
    for (int i = 0; i < burst; ++i) {
      const int piece = threadIdx.x + (from + i) % each * Shape::threads;
      packed4<float>* tile = from + i < each ? shared.b[piece / pieces] : shared.c[piece / pieces];
#pragma unroll
      for (int q = 0; q < width / 4; ++q) {
        const unsigned quad = static_cast<unsigned>(piece % pieces * (width / 4) + q);
        packed4<float> four;
#pragma unroll
        for (int j = 0; j < 4; ++j) four.value[j] = to_float(loaded[i].value[4 * q + j]);
        tile[quad / quads * Shape::stride + quad % quads] = four;
      }
    }
  }
}

// B and C of states first .. first + Shape::states - 1, tokens of one chunk; b and c point at the row of
// state first; absent ones are 0.
template <typename Shape, typename T>
__device__ __forceinline__ void load_states(block_tiles<Shape>& shared, const T* b, const T* c,
                                            const scan_sizes& sizes, int first, const token_window& window,
                                            bool vector_rows) {
  // 16 bytes, or 8 where they are more than a thread's share.
  constexpr int widest = 16 / sizeof(T),
                width = Shape::states * Shape::chunk / widest % Shape::threads == 0 ? widest : 4;
  static_assert(Shape::states * Shape::chunk / width % Shape::threads == 0);
  const auto starts =
      reinterpret_cast<uintptr_t>(b + window.first) | reinterpret_cast<uintptr_t>(c + window.first);
  if (window.count == Shape::chunk && !window.reverse && first + Shape::states <= sizes.states &&
      (starts | sizes.length * sizeof(T)) % (width * sizeof(T)) == 0)
    return load_whole_states<Shape, width>(shared, b, c, sizes.length, window.first);
  constexpr int quads = Shape::chunk / 4;
#pragma unroll 2
  for (int e = threadIdx.x; e < 2 * Shape::states * quads; e += Shape::threads) {
    const int which = e / (Shape::states * quads), state = e / quads % Shape::states, m = e % quads * 4;
    const T* row = which ? c : b;
    float four[4] = {};
    if (first + state < sizes.states)
      load_row4(row + (state * sizes.length + window.first), m, window.count, vector_rows, four);
    put4<Shape>(which ? shared.c[state] : shared.b[state], window, m, four);
  }
}

// Inclusive scan of `map` over a warp. The last step's product is needed only if the warp has a successor.
template <bool product>
__device__ __forceinline__ affine warp_scan(affine map) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int distance = 1; distance < 32; distance *= 2) {
    affine before{1.0f, __shfl_up_sync(0xffffffffu, map.b, distance)};
    if (product || distance < 16) before.a = __shfl_up_sync(0xffffffffu, map.a, distance);
    if (lane >= distance) map = compose(before, map);
  }
  return map;
}

// The state before this thread's tokens, given its map over them; and the carry of the next chunk.
template <typename Shape>
__device__ __forceinline__ float carried_in(block_tiles<Shape>& shared, affine map, int parity,
                                            float& carry) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if constexpr (Shape::warps_over_time == 1) {
    // Only lane 0 touches the carry: shuffles do not order accesses to memory.
    const float before = lane == 0 ? carry : 0.0f;
    if (lane == 0) map.b = apply(map, before);
    const float after = warp_scan<false>(map).b;
    const float in = __shfl_sync(0xffffffffu, after, (lane + 31) % 32);  // lane 0: the whole segment's
    if (lane == 0) carry = in;
    return lane == 0 ? before : in;
  } else {
    const float before = carry;
    map = warp_scan<true>(map);
    affine own{__shfl_up_sync(0xffffffffu, map.a, 1), __shfl_up_sync(0xffffffffu, map.b, 1)};
    if (lane == 0) own = {1.0f, 0.0f};
    if (lane == 31) shared.warp_map[parity][warp] = map;
    __syncthreads();
    float h = before, in = before;
#pragma unroll
    for (int w = 0; w < Shape::warps; ++w) {
      if (w == warp) in = h;
      h = apply(shared.warp_map[parity][w], h);
    }
    if (threadIdx.x == Shape::threads - 1) carry = h;  // everybody has read it: that was before the barrier
    return apply(own, in);
  }
}

// One state of one channel over the thread's tokens: y += C h. `carry` is in shared memory.
template <typename Shape, exp_method method>
__device__ __forceinline__ void scan_state(block_tiles<Shape>& shared, int parity, float a_log2, float dt_sum,
                                           const float (&dt)[Shape::items], const float (&du)[Shape::items],
                                           const float (&b)[Shape::items], const packed4<float>* c_tile,
                                           int time_thread, float& carry, float (&y)[Shape::items]) {
  float decay[Shape::items], input[Shape::items];
  float h = 0.0f;
#pragma unroll
  for (int i = 0; i < Shape::items; ++i) {
    decay[i] = exp2_of<method>(dt[i] * a_log2, i);
    input[i] = du[i] * b[i];
    h = fma_rn(decay[i], h, input[i]);
  }
  h = carried_in<Shape>(shared, {exp2_unit(dt_sum * a_log2), h}, parity, carry);
#pragma unroll
  for (int q = 0; q < Shape::items / 4; ++q) {
    const packed4<float> c = c_tile[time_thread * Shape::stride + q];
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int i = 4 * q + j;
      h = fma_rn(decay[i], h, input[i]);
      y[i] = fma_rn(c.value[j], h, y[i]);
    }
  }
}

}  // namespace scansim

#include "host/cuda/scan/selective_scan_block_walk.cuh"
