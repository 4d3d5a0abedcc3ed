// Instantiates and launches the layer's own kernels; scan and convolution have theirs.
#include "host/cuda/conv/causal_conv1d_launch.h"
#include "host/cuda/layer/add_values_kernel.cuh"
#include "host/cuda/layer/layer_launch.h"
#include "host/cuda/layer/projection_kernel.cuh"
#include "host/cuda/layer/rms_norm_kernel.cuh"
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {
namespace {

struct layer_launcher {
  const scan_configuration& configuration;
  cudaStream_t stream;

  void norm(const gpu_rms_norm& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      const int64_t blocks = (int64_t{call.tokens} + rms_norm_tokens - 1) / rms_norm_tokens;
      rms_norm_kernel<T><<<grid_blocks(blocks), rms_norm_threads, 0, stream>>>(call);
      return true;
    });
    check_launch("rms_norm");
  }
  void project(const projection_call& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      const dim3 grid(grid_blocks(projection_tiles(call.tokens)), grid_rows(projection_tiles(call.outputs)),
                      grid_rows(call.batch));
      projection_kernel<T><<<grid, ssd_threads, 0, stream>>>(call, projection_vectors_of(call));
      return true;
    });
    check_launch("projection");
  }
  void convolve(const causal_conv1d_call& call) const { launch_causal_conv1d(call, stream); }
  void add(const added_values& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      add_values_kernel<T><<<grid_blocks(add_values_blocks(call)), add_values_threads, 0, stream>>>(call);
      return true;
    });
    check_launch("add_values");
  }
  void scan(const scan_call& call) const { launch_selective_scan(call, configuration, stream); }
};

}  // namespace

void launch_layer_step(const layer_call& layer, layer_step step, const scan_configuration& configuration,
                       void* stream) {
  check_layer(layer);
  run_layer_step(layer, step, layer_launcher{configuration, static_cast<cudaStream_t>(stream)});
}

}  // namespace scansim
