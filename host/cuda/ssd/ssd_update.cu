// Instantiates and launches ssd_state_update_kernel.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/cuda/ssd/ssd_state_update_kernel.cuh"
#include "host/cuda/ssd/ssd_update_dispatch.h"

namespace scansim {

void launch_ssd_update(const ssd_update& call, void* stream) {
  check_ssd_update(call);
  const bool launched = with_ssd_update<ssd_update_shape>(call, [&]<typename T, typename State,
                                                                    typename Shape>(T, State, Shape) {
    ssd_state_update_kernel<T, State, Shape>
        <<<grid_blocks(ssd_update_grid<Shape>(call)), Shape::threads, 0, static_cast<cudaStream_t>(stream)>>>(
            call, ssd_vectors_of(call));
    check_launch("ssd_state_update");
    return true;
  });
  if (!launched) throw std::invalid_argument("ssd_update: no kernel of these precisions");
}

}  // namespace scansim
