// Instantiates and launches quamba_update_kernel.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/quamba_update_kernel.cuh"

namespace scansim {

void launch_quamba_update(const quamba_update_call& call, void* stream) {
  check_quamba_update(call);
  with_quamba_update_shape(call.states, [&]<typename Shape>(Shape) {
    quamba_update_kernel<Shape><<<grid_blocks(quamba_update_grid<Shape>(call)), Shape::threads, 0,
                                  static_cast<cudaStream_t>(stream)>>>(call, quamba_update_access_of(call));
  });
  check_launch("quamba_update");
}

}  // namespace scansim
