// The least work of calls beside the scan that GPU kernels take, as scan_work counts: every operand once,
// every result once, in the types of the precision (A, D, biases, weights and prefilled states float32); exps
// and operations of the special function unit of the recurrence; launches.
//   ssd     one exp a head and token, softplus 1, silu 2; flops of the recurrence, 5 a state. A decode is L
//   launches,
//           its state in the type of the precision, read and written each time. The chunked kernels do other
//           sums (products of matrices) and move chunk states besides: that is theirs, not the call's.
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
