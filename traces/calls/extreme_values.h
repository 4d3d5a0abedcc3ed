// Operands at the edges of an integer format, in the place of drawn ones: the most, the least, 0, one unit
// more and less than 0, by turns or mixed, and a ramp through the whole format; some rows stay as they were
// drawn. For a format of `bits` bits, and of 16 bits for tensors of one axis: values q 2^(k - bits + 1) with
// 2^k no less than what was drawn, so that a power-of-two scale makes q of them exactly. A 0 stays 0 (it is
// pruned), and a tensor that has no value of one sign gets none. Contract: of the same seed the same on every
// machine; not statistics of anything: saturation, carries and sign extension are what they are for.
#pragma once
#include <cstdint>

#include "traces/calls/call.h"

namespace scansim {

// The flag of every generator: --extremes BITS, 0 for none.
generator_option extremes_option(int64_t& bits);

// Nothing for 0 bits. Throws input_error for a format that is neither of 8 nor of 16 bits.
void make_extreme(call& one, int64_t bits, uint64_t seed);

}  // namespace scansim
