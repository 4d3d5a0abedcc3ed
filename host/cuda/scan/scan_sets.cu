// Instantiates and launches scan_sets_kernel.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/scan_sets_dispatch.h"
#include "host/cuda/scan/scan_sets_kernel.cuh"
#include "host/cuda/scan/scan_sets_launch.h"

namespace scansim {

void launch_scan_sets(const gpu_scan_sets& call, void* stream) {
  check_scan_sets(call);
  with_storage_type(call.precision, [&]<typename T>(T) {
    return with_set_lanes<set_lanes>(most_states(call), [&]<typename Shape>(Shape) {
      const dim3 grid(grid_blocks(scan_sets_grid<Shape>(call)), grid_rows(call.batch));
      scan_sets_kernel<T, Shape><<<grid, Shape::threads, 0, static_cast<cudaStream_t>(stream)>>>(call);
      check_launch("scan_sets");
      return true;
    });
  });
}

}  // namespace scansim
