// Xilinx UltraScale+ cells by the resource that they take, from the cell types that Yosys writes.
//   lut = LUT1..LUT6 and INV, one each;  lutram = LUTs used as memory (RAM64M8 takes 8);  srl = LUTs used as
//   shift registers
// Contract: a cell type that is not known is kept by name in `other`, never dropped. Vivado packs two small
// LUTs into one site and moves logic into carry chains, so its LUT count is lower; carry and wide
// multiplexers are apart.
#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace scansim {

struct cell_counts {
  uint64_t lut = 0;
  uint64_t lutram = 0;
  uint64_t srl = 0;
  uint64_t ff = 0;
  uint64_t latch = 0;
  uint64_t dsp = 0;
  uint64_t ramb36 = 0;
  uint64_t ramb18 = 0;
  uint64_t uram = 0;
  uint64_t carry = 0;  // CARRY4 or CARRY8 cells
  uint64_t mux = 0;    // MUXF7, MUXF8, MUXF9 cells
  std::map<std::string, uint64_t> other;

  uint64_t all_luts() const { return lut + lutram + srl; }
  void add_cell(const std::string& type, uint64_t count);
  void add(const cell_counts& counts, uint64_t times);
};

}  // namespace scansim
