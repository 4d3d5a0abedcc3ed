// Instantiates and launches selective_scan_serial_kernel.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_schedules.h"
#include "host/cuda/scan/selective_scan_serial_kernel.cuh"

namespace scansim {

bool launch_selective_scan_serial(const scan_call& call, const scan_configuration& configuration,
                                  void* stream) {
  return with_storage_type(call.precision, [&]<typename T>(T) {
    return with_serial_shape<serial_shape>(call.sizes.states, configuration, [&]<typename Shape>(Shape) {
      selective_scan_serial_kernel<T, Shape>
          <<<grid_blocks(scan_grid<Shape>(call.sizes)), Shape::threads, 0,
             static_cast<cudaStream_t>(stream)>>>(call, rows_are_packed(call));
      check_launch("selective_scan_serial");
      return true;
    });
  });
}

}  // namespace scansim
