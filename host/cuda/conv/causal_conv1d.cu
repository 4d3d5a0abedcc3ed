// Instantiates causal_conv1d_kernel and causal_conv1d_update_kernel for three storage types and three widths,
// and launches the one that serves the call.
#include "host/cuda/conv/causal_conv1d_dispatch.h"
#include "host/cuda/conv/causal_conv1d_kernel.cuh"
#include "host/cuda/conv/causal_conv1d_launch.h"
#include "host/cuda/conv/causal_conv1d_update_kernel.cuh"
#include "host/cuda/scan/launch_check.h"

namespace scansim {

void launch_causal_conv1d(const causal_conv1d_call& call, void* stream) {
  const auto on = static_cast<cudaStream_t>(stream);
  check_causal_conv1d(call);
  causal_conv1d_dispatch(call, [&]<typename Storage, int Width>() {
    constexpr int vector = 16 / sizeof(Storage);
    const causal_conv1d_shape shape = causal_conv1d_choose(call);
    const dim3 grid(grid_blocks(shape.channel_blocks), grid_rows(shape.time_blocks), grid_rows(call.batch));
    const dim3 block(shape.time_threads, shape.channel_threads);
    if (shape.vectors && call.reverse)
      causal_conv1d_kernel<Storage, Width, vector, true><<<grid, block, 0, on>>>(call);
    else if (shape.vectors)
      causal_conv1d_kernel<Storage, Width, vector><<<grid, block, 0, on>>>(call);
    else if (call.reverse)
      causal_conv1d_kernel<Storage, Width, 1, true><<<grid, block, 0, on>>>(call);
    else
      causal_conv1d_kernel<Storage, Width, 1><<<grid, block, 0, on>>>(call);
  });
  check_launch("causal_conv1d");
}

void launch_causal_conv1d_update(const causal_conv1d_update_call& call, void* stream) {
  const auto on = static_cast<cudaStream_t>(stream);
  causal_conv1d_dispatch(call, [&]<typename Storage, int Width>() {
    const int64_t blocks =
        (int64_t{call.channels} + causal_conv1d_update_threads - 1) / causal_conv1d_update_threads;
    causal_conv1d_update_kernel<Storage, Width>
        <<<dim3(grid_blocks(blocks), grid_rows(call.batch)), causal_conv1d_update_threads, 0, on>>>(call);
  });
  check_launch("causal_conv1d_update");
}

}  // namespace scansim
