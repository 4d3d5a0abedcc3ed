// The kernels' source on the CPU.
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/ssd/ssd_chunk_scan_kernel.cuh"
#include "host/cuda/ssd/ssd_chunk_state_kernel.cuh"
#include "host/cuda/ssd/ssd_grid.h"
#include "host/cuda/ssd/ssd_state_passing_kernel.cuh"
#include "host/cuda/ssd/ssd_state_update_kernel.cuh"
#include "host/cuda/ssd/ssd_update_dispatch.h"
#include "tests/host/cuda/ssd/ssd_case.h"
#include "tests/host/cuda/ssd/ssd_update_case.h"

namespace scansim {

namespace {

template <typename Body>
void launch_grid(const ssd_grid& grid, Body&& body) {
  emulation::launch(
      {static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z)},
      {static_cast<unsigned>(ssd_threads)}, body);
}

}  // namespace

void emulated_ssd(const gpu_ssd& call) {
  check_ssd(call);
  const ssd_vectors vectors = ssd_vectors_of(call);
  with_ssd_type(call.precision, [&]<typename T, typename State>(T, State) {
    launch_grid(ssd_state_grid(call), [&] { ssd_chunk_state_kernel<T>(call, vectors); });
    launch_grid(ssd_passing_grid(call, ssd_threads),
                [&] { ssd_state_passing_kernel<State, ssd_ahead>(call); });
    launch_grid(ssd_scan_grid(call), [&] { ssd_chunk_scan_kernel<T>(call, vectors); });
    return true;
  });
}

void emulated_ssd_update(const ssd_update& call) {
  check_ssd_update(call);
  const bool launched = with_ssd_update<ssd_update_shape>(
      call, [&]<typename T, typename State, typename Shape>(T, State, Shape) {
        launch_grid({ssd_update_grid<Shape>(call), 1, 1},
                    [&] { ssd_state_update_kernel<T, State, Shape>(call, ssd_vectors_of(call)); });
        return true;
      });
  if (!launched) throw std::invalid_argument("no kernel of these precisions");
}

}  // namespace scansim
