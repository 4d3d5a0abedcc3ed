// Instantiates and launches the kernels of an SSD call.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/ssd/ssd_chunk_scan_kernel.cuh"
#include "host/cuda/ssd/ssd_chunk_state_kernel.cuh"
#include "host/cuda/ssd/ssd_grid.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/cuda/ssd/ssd_state_passing_kernel.cuh"
#include "host/cuda/ssd/ssd_update_dispatch.h"

namespace scansim {

namespace {

dim3 blocks_of(const ssd_grid& grid) { return {grid_blocks(grid.x), grid_rows(grid.y), grid_rows(grid.z)}; }

}  // namespace

void launch_ssd(const gpu_ssd& call, void* on) {
  check_ssd(call);
  const auto stream = static_cast<cudaStream_t>(on);
  const ssd_vectors vectors = ssd_vectors_of(call);
  const bool launched = with_ssd_type(call.precision, [&]<typename In, typename State>(In, State) {
    ssd_chunk_state_kernel<In><<<blocks_of(ssd_state_grid(call)), ssd_threads, 0, stream>>>(call, vectors);
    check_launch("ssd_chunk_state");
    ssd_state_passing_kernel<State, ssd_ahead>
        <<<blocks_of(ssd_passing_grid(call, ssd_threads)), ssd_threads, 0, stream>>>(call);
    check_launch("ssd_state_passing");
    ssd_chunk_scan_kernel<In><<<blocks_of(ssd_scan_grid(call)), ssd_threads, 0, stream>>>(call, vectors);
    check_launch("ssd_chunk_scan");
    return true;
  });
  if (!launched) throw std::invalid_argument("ssd: no kernel of this precision");
}

}  // namespace scansim
