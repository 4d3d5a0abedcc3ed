// The least work of one scan call on a GPU, from its shape alone:
//   bytes  every operand once, every result once, in the types of the precision: activations (u, delta, z, B,
//   C)
//          4, 2 or 1 bytes; A, D, delta_bias and the states float32, but int8 in Quamba's chain, whose y is
//          float16; a 16-bit decode keeps its state in 16 bits. decode: L launches of one token, so
//          parameters and state are moved L times.
//   exps      N per token and channel: the recurrence.
//   unit_ops  what the special function unit does of it, as activation_unit.h has it: the exps, 1 for
//   softplus
//             (its log1p is a polynomial), 2 for silu (2^x and a reciprocal). A of an int8 decode is made of
//             its logarithm at every token: that is the kernel's, not the call's.
//   launches  1, or L in a decode.
//   flops  float32, an fma is 2: 6 N + 1, + 2 with D, + 1 with delta_bias, + 1 with z, per token and channel.
// The recorder and the roofline both count so. It leaves out caches, padding and a parallel scan's second
// visit.
#pragma once
#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_profile.h"
#include "traces/scan_tensors.h"

namespace scansim {

// Which optional operands the call has. The last state is always returned.
struct scan_parts {
  bool d = false, z = false, delta_bias = false, h0 = false;
};
scan_parts parts_of(const scan_tensors& tensors);

profile_work scan_work(const scan_shape& shape, const scan_options& options, const scan_parts& parts,
                       gpu_precision precision);

}  // namespace scansim
