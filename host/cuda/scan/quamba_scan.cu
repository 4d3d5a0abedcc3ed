// Instantiates quamba_scan_kernel for N <= 16, <= 128 and <= 256 (the shared memory of the states differs)
// and launches the smallest that holds the call.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/quamba_scan_kernel.cuh"
#include "host/cuda/scan/quamba_scan_launch.h"

namespace scansim {

void launch_quamba_scan(const quamba_scan_call& call, void* stream) {
  const scan_sizes& sizes = call.sizes;
  if (call.exps == exp_method::split) throw std::invalid_argument("quamba_scan: exps by unit or polynomial");
  if (sizes.states < 1 || sizes.states > quamba_scan_most_states || sizes.channels % sizes.groups != 0)
    throw std::invalid_argument("quamba_scan: 1 to 256 states, and groups that divide the channels");
  const int64_t tiles =
      (int64_t{sizes.channels} + quamba_scan_block_channels - 1) / quamba_scan_block_channels;
  const unsigned grid = grid_blocks(tiles * sizes.batch);
  const auto on = static_cast<cudaStream_t>(stream);
  quamba_scan_with_slots(sizes.states, call.exps, [&]<int MaxSlots, exp_method way>() {
    quamba_scan_kernel<MaxSlots, way><<<grid, quamba_scan_threads, 0, on>>>(call);
  });
  check_launch("quamba_scan");
}

}  // namespace scansim
