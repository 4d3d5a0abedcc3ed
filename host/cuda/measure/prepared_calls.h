// The kernels of calls beside the scan, prepared on the CUDA device; contract as of prepared_scan.h.
//   ssd     three launches; a decode is L state updates in one graph a buffer set, rows as the trace has them
//   (tokens
//           outermost), the state at the activations' precision
//   layer   the seven kernels of a layer (layer_call.h) in one graph a buffer set, each a step by itself, too
//   scan_sets  one launch for all sets, operands that they share in memory once
//   conv1d  one launch of the convolution; of its update where few tokens stand behind a state
#pragma once
#include <memory>

#include "host/cuda/measure/gpu_device.h"

namespace scansim {

std::unique_ptr<gpu_kernel> prepare_ssd_prefill(const ssd_call& call, gpu_precision precision,
                                                int buffer_sets, int multiprocessors, void* stream);
std::unique_ptr<gpu_kernel> prepare_ssd_decode(const ssd_call& call, gpu_precision precision, int buffer_sets,
                                               void* stream);
std::unique_ptr<gpu_kernel> prepare_causal_conv1d(const conv1d_call& call, gpu_precision precision,
                                                  int buffer_sets, void* stream);
std::unique_ptr<gpu_kernel> prepare_scan_sets(const scan_sets_call& call, gpu_precision precision,
                                              int buffer_sets, void* stream);
std::unique_ptr<gpu_kernel> prepare_mamba_block(const mamba_block_call& call, gpu_precision precision,
                                                int buffer_sets, int multiprocessors, void* stream);

}  // namespace scansim
