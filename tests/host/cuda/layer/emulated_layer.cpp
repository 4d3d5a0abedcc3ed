// The layer's kernels' source on the CPU; scan and convolution as their own tests run them.
#include "host/cuda/layer/add_values_kernel.cuh"
#include "host/cuda/layer/projection_kernel.cuh"
#include "host/cuda/layer/rms_norm_kernel.cuh"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "tests/host/cuda/conv/conv_case.h"
#include "tests/host/cuda/layer/layer_case.h"
#include "tests/host/cuda/scan/emulated_scan.h"

namespace scansim {
namespace {

struct emulated_runner {
  void norm(const gpu_rms_norm& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      const auto blocks = static_cast<unsigned>((call.tokens + rms_norm_tokens - 1) / rms_norm_tokens);
      emulation::launch({blocks}, {rms_norm_threads}, [&] { rms_norm_kernel<T>(call); });
      return true;
    });
  }
  void project(const projection_call& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      const dim3 grid{static_cast<unsigned>(projection_tiles(call.tokens)),
                      static_cast<unsigned>(projection_tiles(call.outputs)),
                      static_cast<unsigned>(call.batch)};
      emulation::launch(grid, {static_cast<unsigned>(ssd_threads)},
                        [&] { projection_kernel<T>(call, projection_vectors_of(call)); });
      return true;
    });
  }
  void convolve(const causal_conv1d_call& call) const { run_emulated(call); }
  void add(const added_values& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      emulation::launch({static_cast<unsigned>(add_values_blocks(call))}, {add_values_threads},
                        [&] { add_values_kernel<T>(call); });
      return true;
    });
  }
  void scan(const scan_call& call) const {
    emulated_selective_scan(call, selective_scan_choose(call.sizes, 132));
  }
};

}  // namespace

void emulated_layer_step(const layer_call& layer, layer_step step) {
  check_layer(layer);
  run_layer_step(layer, step, emulated_runner{});
}

}  // namespace scansim
