// Selective scan, serial in time: dt = softplus(delta + bias), h = 2^(dt A log2 e) h + dt u B, y = (C.h + D
// u) silu(z). A lane keeps `states_per_lane` states of one channel, or of two, in registers; `lanes`
// neighbours share a channel, 128 / lanes x `channels_per_lane` channels a block. Per tile of tokens: (1)
// rows to shared memory, token-major, with dt and dt u made once per token and channel; (2) the recurrence, B
// and C broadcast from shared memory, then a transposed reduction across the lanes: lanes - 1 shuffles for
// the sums of `lanes` tokens; (3) D, z, store. Contract: grid.x = batch * groups * ceil(D / groups /
// channels), block 128; N <= states_per_lane * lanes; any L. Choose it when channels * batch * lanes fill the
// machine: no work is done twice. Else selective_scan_block.
//
// Counted, not measured on a device yet (nvcc 13.0, sm_90). Instructions of step (2) per token, channel and
// state in PTX: 5.8 with 16 states x 1 lane, 7.4 with 4 x 4 (register moves left out): 2 mul, 2 fma, 1 ex2,
// the rest loads, shuffles, addresses; 8 issue slots are what one ex2 takes of a multiprocessor (16 of 128
// lanes), so the exp unit binds and the split of exp2_of is left off. Registers 93 (fp32 96) and 77; no shape
// spills on sm_80 or sm_90.
// Tiles, bf16: what steps (1) and (3) load is in flight together, from memory to first use 3 and 5 times a
// tile in place of 8 (16 x 1 and 4 x 4); instructions of a tile, the code with all options, 5830 in place of
// 6100 and 1790 in place of 2120, and 2040 in place of 2140 where rows are off a boundary (L = 197): there a
// warp reads 32 neighbours an access, before four times the lines. Paid with registers: 4 x 4 had 70 and 7
// blocks a multiprocessor, now 6. The gate of 16 x 1 with 16-bit outputs is one operation of the unit, 18 a
// value in place of 19; in 4 x 4 and over time, which instructions bind, its 5 instructions more do not pay.
// Two channels to a lane (`channels_per_lane`), B and C read once for both, bf16: instructions an update of
// 4 x 4 6.9 to 6.5, of 16 x 1 5.7 to 5.5, of 1 x 1 10.8 to 8.9; accesses of shared memory 0.75 to 0.5, 0.56
// to 0.31; B and C come from memory for twice the channels. Paid with registers, 77 to 94 and 93 to 168 (6 to
// 5 and 5 to 3 blocks a multiprocessor), and with half the blocks; 8 x 2 with two channels, 5.9 and 0.38, 114
// and 4 blocks. All shapes are in ../sass; none spills. The rule chooses none, --tune times them.
// Left out as they do not pay by these counts: rows realigned from aligned words (as many instructions as
// loads one by one), and rows of 16 bits by 16 bytes an access in place of 8, built and counted: 4 x 4 and 8
// x 4 spill 24 bytes at their blocks a multiprocessor, 16 x 1 has 3624 instructions of code in place of 2632.
#pragma once
#include "host/cuda/scan/selective_scan_serial_tiles.cuh"

namespace scansim {

// Sums each value[j] over the lanes of a channel; a lane returns the sum of value[lane % count].
template <int count, int lanes>
__device__ __forceinline__ float transposed_sum(float (&value)[count], int lane) {
#pragma unroll
  for (int half = count / 2; half > 0; half /= 2) {
    const bool upper = lane & half;
#pragma unroll
    for (int j = 0; j < half; ++j) {
      const float sent = upper ? value[j] : value[j + half];
      const float kept = upper ? value[j + half] : value[j];
      value[j] = kept + __shfl_xor_sync(0xffffffffu, sent, half);
    }
  }
#pragma unroll
  for (int half = count; half < lanes; half *= 2) value[0] += __shfl_xor_sync(0xffffffffu, value[0], half);
  return value[0];
}

// (2) `summed` tokens from `slot` on of a lane's channels; sums[k] is C.h of channel k and token slot + lane
// % summed.
template <typename Shape, exp_method method>
__device__ __forceinline__ void scan_tokens(
    const serial_tiles<Shape>& shared, int slot, int team, int lane,
    const float (&a)[Shape::channels_per_lane][Shape::states_per_lane],
    float (&h)[Shape::channels_per_lane][Shape::states_per_lane], float (&sums)[Shape::channels_per_lane]) {
  float parts[Shape::channels_per_lane][Shape::summed];
#pragma unroll
  for (int j = 0; j < Shape::summed; ++j) {
#pragma unroll
    for (int k = 0; k < Shape::channels_per_lane; ++k) parts[k][j] = 0.0f;
#pragma unroll
    for (int q = 0; q < Shape::states_per_lane / Shape::width; ++q) {
      const auto b = shared.b[slot + j][q * Shape::lanes + lane];
      const auto weight = shared.c[slot + j][q * Shape::lanes + lane];
#pragma unroll
      for (int k = 0; k < Shape::channels_per_lane; ++k) {
        const auto step = shared.steps[slot + j][team + k * Shape::teams];
#pragma unroll
        for (int i = 0; i < Shape::width; ++i) {
          const int s = q * Shape::width + i;
          const float decay = exp2_of<method>(step.dt * a[k][s], j * Shape::states_per_lane + s);
          h[k][s] = fma_rn(decay, h[k][s], step.du * b.value[i]);
          parts[k][j] = fma_rn(weight.value[i], h[k][s], parts[k][j]);
        }
      }
    }
  }
#pragma unroll
  for (int k = 0; k < Shape::channels_per_lane; ++k)
    sums[k] = transposed_sum<Shape::summed, Shape::lanes>(parts[k], lane);
}

template <typename T, typename Shape, exp_method method = exp_method::unit>
__global__ void __launch_bounds__(Shape::threads, Shape::blocks_per_multiprocessor)
    selective_scan_serial_kernel(const scan_call call, bool vector_rows) {
  __shared__ serial_tiles<Shape> shared;
  serial_block<T, Shape> block(call, vector_rows, shared);
  const int team = threadIdx.x / Shape::lanes, lane = threadIdx.x % Shape::lanes;
  float a[Shape::channels_per_lane][Shape::states_per_lane],
      h[Shape::channels_per_lane][Shape::states_per_lane];
#pragma unroll
  for (int k = 0; k < Shape::channels_per_lane; ++k)
#pragma unroll
    for (int s = 0; s < Shape::states_per_lane; ++s) {
      const int c = team + k * Shape::teams, n = Shape::state(lane, s);
      const bool present = block.present(c) && n < call.sizes.states;
      a[k][s] = present ? call.a[int64_t{block.channel(c)} * call.sizes.states + n] * log2_e : 0.0f;
      h[k][s] = present && call.h0 ? call.h0[block.state_row(c) + n] : 0.0f;
    }
  for (int begin = 0; begin < call.sizes.length; begin += Shape::tokens) {
    const token_window window = window_of(call.sizes.length, call.reverse, begin, Shape::tokens);
    block.load(window);
    __syncthreads();
#pragma unroll Shape::unrolled
    for (int slot = 0; slot < window.count; slot += Shape::summed) {
      float sums[Shape::channels_per_lane];
      scan_tokens<Shape, method>(shared, slot, team, lane, a, h, sums);
      // The write depends on what every lane read, but only a barrier makes that an order.
      if constexpr (Shape::lanes > 1) __syncwarp();
      if (lane < Shape::summed)
#pragma unroll
        for (int k = 0; k < Shape::channels_per_lane; ++k)
          shared.steps[slot + lane][team + k * Shape::teams].dt = sums[k];
    }
    __syncthreads();  // and the next load may overwrite B and C
    block.store(window);
    // Forward, a thread's next load overwrites only steps that it has stored itself. Mirrored, the last
    // tile's slots belong to other threads if it is shorter.
    if (call.reverse) __syncthreads();
  }
  if (!call.h_last) return;
#pragma unroll
  for (int k = 0; k < Shape::channels_per_lane; ++k)
#pragma unroll
    for (int s = 0; s < Shape::states_per_lane; ++s) {
      const int c = team + k * Shape::teams, n = Shape::state(lane, s);
      if (block.present(c) && n < call.sizes.states) call.h_last[block.state_row(c) + n] = h[k][s];
    }
}

}  // namespace scansim
