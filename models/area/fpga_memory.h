// fpga_memory: what a memory becomes on a Xilinx UltraScale+ part, by the rule of Yosys 0.55 (synth_xilinx
// -family xcup), which the synthesised points of models/area show: up to 64 words, or 96 LUTs, in LUTs
// (RAM32M16: 14 bits of 32 words in 8 of them; RAM64M8: 7 bits of 64 words), more in block RAMs of the aspect
// that costs least, unless it is read at once. Contract: one write and one read port; a register behind a
// memory in LUTs is of flip-flops, a block RAM has its own. A DSP48E2 multiplies 27 by 18 bits.
#pragma once
#include "models/area/memory_shapes.h"

namespace scansim {

// Of a signed product: a DSP multiplies 27 by 18 bits, more take one for each pair of parts, and adders in
// LUTs.
inline int product_dsps(int one, int other) {
  const auto [narrow, wide] = std::minmax(one, other);
  return (wide > 27 ? 2 : 1) * (narrow > 18 ? 2 : 1);
}
// Of a processing element: delta x A and (delta u) x B, one each, decay x h, C x h.
inline int element_dsps(int operand_bits, int state_bits) {
  return 2 + product_dsps(27, state_bits) + product_dsps(operand_bits, state_bits);
}

struct memory_resources {
  int64_t lut = 0;
  int64_t ramb36 = 0, ramb18 = 0;

  memory_resources& operator+=(const memory_resources& other) {
    lut += other.lut, ramb36 += other.ramb36, ramb18 += other.ramb18;
    return *this;
  }
};

memory_resources fpga_resources(const memory_shape& memory);

}  // namespace scansim
