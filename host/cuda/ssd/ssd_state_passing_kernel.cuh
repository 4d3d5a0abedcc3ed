// Joins the chunks of each sequence: the state that enters a chunk takes the place of what the chunk adds,
//   entering = s,  s = 2^(sum of the chunk's last token) s + what the chunk adds,
// from the initial state to the final one. Contract: grid (sequences, heads, ceil(P N / 128)), block 128; one
// element of the state to a thread, chunk after chunk; State is the type of initial and final ones, float or
// int8; `ahead` of them read ahead (loads depend on nothing).
#pragma once
#include "host/cuda/numerics/exp2_float.h"
#include "host/cuda/ssd/ssd_tiles.cuh"

namespace scansim {

constexpr int ssd_ahead = 4;

template <typename State, int ahead>
__global__ void __launch_bounds__(ssd_threads) ssd_state_passing_kernel(const gpu_ssd call) {
  const int64_t count = int64_t{call.head_channels} * call.states;
  const int64_t element = int64_t{blockIdx.z} * ssd_threads + threadIdx.x;
  const int head = blockIdx.y;
  const ssd_sequence sequence = call.sequence[blockIdx.x];
  if (element >= count) return;
  const auto row = [&](int64_t index) { return (index * call.heads + head) * count + element; };
  const int n = static_cast<int>(element % call.states);
  const ssd_scale_row scales = ssd_scales_of(call, head, static_cast<int>(element / call.states));
  float s = 0.0f;
  if (call.initial_states && sequence.initial_state >= 0)
    s = read_state(static_cast<const State*>(call.initial_states)[row(sequence.initial_state)], scales, n);
  for (int k = 0; k < sequence.chunks; k += ahead) {
    float added[ahead], decay[ahead];
#pragma unroll
    for (int i = 0; i < ahead; ++i) {
      if (k + i >= sequence.chunks) continue;
      const int64_t chunk = sequence.first_chunk + k + i;
      added[i] = call.chunk_states[row(chunk)];
      decay[i] = call.steps[((chunk * call.heads + head) * 2 + 2) * call.chunk_tokens - 1];
    }
#pragma unroll
    for (int i = 0; i < ahead; ++i) {
      if (k + i >= sequence.chunks) continue;
      call.chunk_states[row(sequence.first_chunk + k + i)] = s;
      s = fma_rn(exp2_unit(decay[i]), s, added[i]);
    }
  }
  if (call.final_states && sequence.final_state >= 0)
    static_cast<State*>(call.final_states)[row(sequence.final_state)] = write_state<State>(s, scales, n);
}

}  // namespace scansim
