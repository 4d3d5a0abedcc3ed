// The least work of calls beside the scan that GPU kernels take, as scan_work counts: every operand once,
// every result once, in the types of the precision (A, D, biases, weights and prefilled states float32); exps
// and operations of the special function unit of the recurrence; launches.
//   ssd     one exp a head and token, softplus 1, silu 2; float32 flops of skip and gate, and of a decode 5 a
//   state.
//           Products of matrices of a prefill are the tensor cores': 4 flop a state update, into the state
//           and out of it, in 16 bits; in float32 sixfold. Those inside of a chunk depend on its length and
//           are left out. A decode is L launches, its state in the type of the precision, read and written
//           each time. D counts as it is given, (H) or (H, P). At int8 y is fp16 and every state int8. Chunk
//           states that the kernels move besides are theirs, not the call's.
//   mamba_block  a layer, its directions' own operators each: x, y, states and weights once, what lies
//   between its operators not
//           at all; exps and unit of its scan with softplus and gate, silu of the convolution; projections by
//           the tensor cores, 2 flop a product of 16 bits, in float32 sixfold; one launch, as few as any
//           could
//   scan_sets  as scan_work, set by set over its positions: exps, unit, flops; u, z and what sets share once;
//   y once, float32, however many sets add to it; index arrays are the kernel's, not the call's conv1d  W fma
//   a value, silu 2; one that runs as a decode's update reads and writes the state
#pragma once
#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_profile.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/scan_sets_view.h"
#include "traces/calls/ssd.h"

namespace scansim {

profile_work kernel_call_work(const ssd_call& call, gpu_precision precision);
profile_work kernel_call_work(const scan_sets_call& call, gpu_precision precision);
profile_work kernel_call_work(const conv1d_call& call, gpu_precision precision);
profile_work kernel_call_work(const mamba_block_call& call, gpu_precision precision);

// Few tokens behind a state are the next ones of a running sequence: the update kernel, which replaces the
// state.
inline constexpr int64_t most_conv1d_update_tokens = 8;
inline bool is_conv1d_update(const conv1d_call& call) {
  return !call.state.empty() && call.length <= most_conv1d_update_tokens;
}

}  // namespace scansim
