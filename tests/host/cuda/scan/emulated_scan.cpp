#include "tests/host/cuda/scan/emulated_scan.h"

#include <stdexcept>

#include "host/cuda/scan/scan_sets_dispatch.h"
#include "host/cuda/scan/scan_sets_kernel.cuh"
#include "host/cuda/scan/selective_scan_block_kernel.cuh"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_serial_kernel.cuh"
#include "host/cuda/scan/state_update_kernel.cuh"

namespace scansim {

namespace {

template <typename Body>
bool launch(int64_t blocks, int threads, Body&& body) {
  emulation::launch({static_cast<unsigned>(blocks)}, {static_cast<unsigned>(threads)}, body);
  return true;
}

}  // namespace

void emulated_selective_scan(const scan_call& call, const scan_configuration& configuration) {
  const bool packed = rows_are_packed(call);
  const bool launched = with_storage_type(call.precision, [&]<typename T>(T) {
    if (configuration.schedule == scan_schedule::in_time)
      return with_serial_shape<serial_shape>(call.sizes.states, configuration, [&]<typename Shape>(Shape) {
        return launch(scan_grid<Shape>(call.sizes), Shape::threads,
                      [&] { selective_scan_serial_kernel<T, Shape>(call, packed); });
      });
    return with_block_shape<block_shape>(configuration, [&]<typename Shape>(Shape) {
      return launch(scan_grid<Shape>(call.sizes), Shape::threads,
                    [&] { selective_scan_block_kernel<T, Shape>(call, packed); });
    });
  });
  if (!launched) throw std::invalid_argument("no kernel of this configuration");
}

void emulated_state_update(const state_update_call& call) {
  check_state_update(call);
  const update_access access = update_access_of(call);
  const bool launched = with_storage_type(call.precision, [&]<typename T>(T) {
    return with_state_type(call.state_precision, [&]<typename State>(State) {
      return with_update_shape<update_shape>(call.states, [&]<typename Shape>(Shape) {
        return launch(update_grid<Shape>(call), Shape::threads,
                      [&] { state_update_kernel<T, State, Shape>(call, access); });
      });
    });
  });
  if (!launched) throw std::invalid_argument("no kernel of this precision");
}

void emulated_scan_sets(const gpu_scan_sets& call) {
  check_scan_sets(call);
  with_storage_type(call.precision, [&]<typename T>(T) {
    return with_set_lanes<set_lanes>(most_states(call), [&]<typename Shape>(Shape) {
      emulation::launch(
          {static_cast<unsigned>(scan_sets_grid<Shape>(call)), static_cast<unsigned>(call.batch)},
          {static_cast<unsigned>(Shape::threads)}, [&] { scan_sets_kernel<T, Shape>(call); });
      return true;
    });
  });
}

}  // namespace scansim
