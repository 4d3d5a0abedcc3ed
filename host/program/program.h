// A block program: an image of memory with parameters, inputs, room for outputs and the descriptor list that
// turns one into the other on a machine with units (sim/PROGRAM.md), and what it moves, tensor by
// tensor.
//   sum of read_bytes = dma.dram_read_bytes,   sum of written_bytes = dma.dram_write_bytes
// compulsory_bytes: what any machine has to move, each parameter once at its own width, activations and
// states in and out once; no descriptors, no padding, no spills. Contract: regions start on 4 KiB; everything
// that the machine reads is written in the image; program_check.h accepts the list.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

struct tensor_traffic {
  std::string tensor;
  uint64_t read_bytes = 0, written_bytes = 0, compulsory_bytes = 0;
};

// Activations (channels, tokens) in memory: chunk, tile of W channels, token, channel of the tile. The last
// chunk has the rest of the tokens; channels of the last tile beyond `channels` are padding.
struct tiled_tensor {
  int64_t channels = 0, tokens = 0, chunk_tokens = 0;
  int bytes = 1;  // of an element: 1, 2 or 4
  uint64_t address = 0;
};

// The final state of one branch: h (channels, states) in the order of the scan's ht, and the last width - 1
// inputs of the convolution, one word per (tile, age).
struct state_region {
  int64_t channels = 0;
  int64_t states = 0;  // 0: no scan
  int passes = 0;
  int width = 0;
  uint64_t addr_h = 0, addr_history = 0;
};

struct program {
  std::string name;
  std::vector<uint8_t> image;
  uint64_t descriptor_address = 0;
  uint32_t descriptor_count = 0;
  std::vector<tensor_traffic> traffic;
  tiled_tensor y;
  bool y_by_token = false;  // the order in which y is given out: (tokens, channels), else (channels, tokens)
  std::vector<state_region> states;
};

uint64_t read_bytes(const program& p);
uint64_t written_bytes(const program& p);
uint64_t compulsory_bytes(const program& p);

}  // namespace scansim
