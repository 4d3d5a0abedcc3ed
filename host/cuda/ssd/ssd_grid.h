// Blocks of the kernels of an SSD call: (x, y, z), as the kernels' headers state them. The launcher and the
// emulated tests share it.
#pragma once
#include "host/cuda/ssd/gpu_ssd.h"

namespace scansim {

struct ssd_grid {
  int64_t x = 1, y = 1, z = 1;
};

inline ssd_grid ssd_state_grid(const gpu_ssd& call) {
  return {call.chunks, call.heads, (call.head_channels + ssd_tile - 1) / ssd_tile};
}
inline ssd_grid ssd_passing_grid(const gpu_ssd& call, int threads) {
  return {call.sequences, call.heads, (int64_t{call.head_channels} * call.states + threads - 1) / threads};
}
inline ssd_grid ssd_scan_grid(const gpu_ssd& call) {
  return {int64_t{call.chunks} * (call.chunk_tokens / ssd_tile), call.heads,
          (call.head_channels + ssd_tile - 1) / ssd_tile};
}

}  // namespace scansim
