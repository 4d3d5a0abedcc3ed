// fpga_memory: what a memory becomes on a Xilinx UltraScale+ part, by the rule of Yosys 0.55 (synth_xilinx
// -family xcup), which the synthesised points of models/area show: up to 64 words, or few LUTs, in LUTs
// (RAM32M16: 14 bits of 32 words in 8 of them; RAM64M8: 7 bits of 64 words), more in block RAMs of the aspect
// that costs least, unless it is read at once. Contract: one write and one read port; a register behind a
// memory in LUTs is of flip-flops, a block RAM has its own.
#pragma once
#include "models/area/memory_shapes.h"

namespace scansim {

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
