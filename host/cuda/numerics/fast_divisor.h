// Division by a number that is the same in the whole launch: n / d = n m >> (31 + s), s = ceil(log2 d),
// m = floor(2^(31 + s) / d) + 1 (Granlund and Montgomery, Division by invariant integers using
// multiplication, 1994). Contract: exact for 0 <= n < 2^31 and 1 <= d < 2^31; made on the host. A division
// proper is some 20 instructions, 4 of them conversions and a reciprocal of the special function unit.
#pragma once
#include "host/cuda/numerics/cuda_target.h"

namespace scansim {

struct fast_divisor {
  uint32_t divisor = 1, multiplier = (1u << 31) + 1, shift = 31;

  fast_divisor() = default;
  explicit fast_divisor(uint32_t by) : divisor(by) {
    uint32_t bits = 0;
    while ((uint64_t{1} << bits) < by) ++bits;
    shift = 31 + bits;
    multiplier = static_cast<uint32_t>((uint64_t{1} << shift) / by + 1);
  }

  SCANSIM_HD uint32_t quotient(uint32_t n) const {
    return static_cast<uint32_t>(uint64_t{n} * multiplier >> shift);
  }
};

}  // namespace scansim
