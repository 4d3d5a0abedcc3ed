// A program: an image of memory with parameters, inputs, room for outputs and lists of descriptors that turn
// one into the other (sim/README.md, sim/PROGRAM.md), the results by name, and what it moves, tensor by
// tensor. The only thing that a machine runs (program_driver.h); the same on every rung.
//   sum of read_bytes = dma.dram_read_bytes,   sum of written_bytes = dma.dram_write_bytes
// compulsory_bytes: what any machine has to move, each parameter once at its own width, activations and
// states in and out once; no descriptors, no padding, no spills. Contract: regions start on whole pages;
// everything that the machine reads is written in the image or by an earlier descriptor; program_check.h
// accepts it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "host/program/operator_product.h"
#include "host/program/program_output.h"
#include "host/program/tensor_traffic.h"

namespace scansim {

// One start of the machine.
struct descriptor_run {
  uint64_t address = 0;
  uint32_t count = 0;
};

// Whose bytes a descriptor moves that is not told by its own fields: a load, a store, parameters, a set, and
// those of a scan between operators.
struct named_transfer {
  uint64_t address = 0;  // the first byte of the region
  bool write = false;
  std::string tensor;
};

struct program {
  std::string name;
  std::vector<uint8_t> image;
  uint64_t bytes = 0;                   // of memory, from its start; the image is the first of them
  std::vector<descriptor_run> runs;     // one behind the other; decoding: one a token
  std::vector<program_output> outputs;  // y first, then the states
  int state_checksum_bytes = 4;         // of a value in state_sha256
  std::vector<tensor_traffic> traffic;
  std::vector<operator_product> products;  // of a layer, by the first use
  std::vector<named_transfer> transfers;   // in any order
  double weight_passes = 0;                // how often weights that stream come, on average; 0: none do
};

inline uint64_t memory_bytes(const program& p) { return std::max<uint64_t>(p.bytes, p.image.size()); }
inline uint64_t read_bytes(const program& p) { return sum_of(p.traffic).read_bytes; }
inline uint64_t written_bytes(const program& p) { return sum_of(p.traffic).written_bytes; }
inline uint64_t compulsory_bytes(const program& p) { return sum_of(p.traffic).compulsory_bytes; }

}  // namespace scansim
