// Instantiates and launches state_update_kernel.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/state_update_kernel.cuh"
#include "host/cuda/scan/state_update_launch.h"

namespace scansim {

void launch_state_update(const state_update_call& call, void* stream) {
  check_state_update(call);
  const bool launched = with_storage_type(call.precision, [&]<typename T>(T) {
    return with_state_type(call.state_precision, [&]<typename State>(State) {
      return with_update_shape<update_shape>(call.states, [&]<typename Shape>(Shape) {
        state_update_kernel<T, State, Shape>
            <<<grid_blocks(update_grid<Shape>(call)), Shape::threads, 0, static_cast<cudaStream_t>(stream)>>>(
                call, update_access_of(call));
        check_launch("state_update");
        return true;
      });
    });
  });
  if (!launched) throw std::invalid_argument("state_update: no kernel of this precision");
}

}  // namespace scansim
