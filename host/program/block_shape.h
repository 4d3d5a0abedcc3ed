// Sizes of a layer's program: tiles, passes, tokens of a chunk, and the places of its tensors in the scratch.
// Contract: make_block_shape refuses (input_error) what the machine cannot hold.
#pragma once
#include "host/program/block_program.h"
#include "host/program/program_builder.h"

namespace scansim {

struct block_shape {
  int64_t model = 0, inner = 0, rank = 0, states = 0, length = 0;
  int64_t model_tiles = 0, inner_tiles = 0, dt_tiles = 0, bc_tiles = 0;  // bc: B and C together
  int passes = 0;
  bool bc_shared = false;  // B and C are the halves of one tile
  bool z_local = false;    // z in the scratch
  size_t branches = 1;
  int64_t chunk = 0, chunks = 0;  // tokens
  int64_t dt_bc_tiles() const { return dt_tiles + bc_tiles; }
  int64_t tokens(int64_t index) const { return std::min(chunk, length - index * chunk); }
};

// Words in the scratch, by tensor.
struct block_places {
  int64_t r[2] = {};  // of even and odd chunks
  int64_t norm = 0, xz = 0, u = 0, projected = 0, delta = 0, y = 0, quantised = 0;
  std::vector<int64_t> history;  // by branch
};

block_shape make_block_shape(const quantised_layer& layer, int64_t length, bool fused,
                             const program_builder& builder);
block_places take_places(const block_shape& shape, program_builder& builder);

}  // namespace scansim
