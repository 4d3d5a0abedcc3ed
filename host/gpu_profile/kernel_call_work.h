// The least work of calls beside the scan that GPU kernels take, as scan_work counts: every operand once,
// every result once, in the types of the precision (A, D, biases, weights and prefilled states float32); exps
// and operations of the special function unit of the recurrence; launches.
//   ssd     one exp a head and token, softplus 1, silu 2; float32 flops of skip and gate, and of a decode 5 a
//   state.
//           Products of matrices of a prefill are the tensor cores', for which no datasheet here has a
//           ceiling: they bind nothing. A decode is L launches, its state in the type of the precision, read
//           and written each time. D counts as it is given, (H) or (H, P). Chunk states that the kernels move besides are theirs, not the call's.
//   conv1d  W fma a value, silu 2
#pragma once
#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_profile.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/ssd.h"

namespace scansim {

profile_work kernel_call_work(const ssd_call& call, gpu_precision precision);
profile_work kernel_call_work(const conv1d_call& call, gpu_precision precision);

}  // namespace scansim
