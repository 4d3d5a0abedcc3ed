// The kernels of one trace, prepared on the CUDA device: one function per kind of call. Contract: buffers are
// owned by what is returned; `stream` is the cudaStream_t that launches go to, and must outlive it.
//   prefill  one launch of the selective scan, the schedule chosen by shape
//   decode   L launches of the state update in one CUDA graph; rows are packed per token, as a decoder has
//            them (the trace keeps tokens innermost), the state stays on the device and is stored at the
//            activations' precision, as in the reference implementation; later launches go on from the state
//            that the one before left (times do not depend on values), read_outputs() starts from h0 again
//   int8     one launch of Quamba's scan, exps by the unit, and as polynomials the bit-true alternative,
//   which
//            it is checked against; a decode's is L launches of Quamba's update, its state int8
#pragma once
#include <memory>

#include "host/cuda/measure/gpu_device.h"
#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

std::unique_ptr<gpu_kernel> prepare_prefill(const scan_tensors& tensors, gpu_precision precision,
                                            int buffer_sets, int multiprocessors, void* stream);
std::unique_ptr<gpu_kernel> prepare_decode(const scan_tensors& tensors, gpu_precision precision,
                                           int buffer_sets, void* stream);
std::unique_ptr<gpu_kernel> prepare_int8(const scan_tensors& tensors, int buffer_sets, void* stream);
std::unique_ptr<gpu_kernel> prepare_int8_decode(const scan_tensors& tensors, int buffer_sets, void* stream);
// y as Quamba's chain has it: the Hadamard transform that follows takes half.
inline constexpr gpu_precision int8_y_storage = gpu_precision::fp16;

// Sizes as the kernels take them; input_error if one does not fit an int.
scan_sizes sizes_of(const scan_tensors& tensors);
gpu_work work_of(const scan_tensors& tensors, gpu_precision precision);
gpu_work gpu_work_of(const profile_work& work);

}  // namespace scansim
