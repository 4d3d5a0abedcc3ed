// What the parts of a layer's program share while it is put together: the layer, its sizes and places, the
// builder, and the way of a result through memory between operators that are not fused.
#pragma once
#include <fmt/format.h>

#include <map>
#include <string>

#include "host/program/compile/gemm_descriptor.h"
#include "host/program/compile/layer_parameters.h"

namespace scansim {

// One chunk of tokens on its way through one direction; first, last: of those that the direction processes in
// a round. `sequence`: that of its first token.
struct chunk_step {
  int64_t index = 0, tokens = 0, sequence = 0;
  bool first = true, last = true;
};

struct layer_site {
  const quantised_layer& layer;
  const layer_shape& shape;
  const block_places& place;
  program_builder& builder;
  layer_parameters& parameters;
  bool fused = true;
  std::map<std::string, uint64_t> spilled = {};  // tensor, address

  int64_t norm_of(const chunk_step& step) const { return place.norm[step.index % shape.norms()]; }

  // x and y of a product as tiles `first` and on of tensors of `tiles` tiles.
  void take_x(hls::gemm_descriptor& d, int64_t at, int64_t tiles, int64_t first = 0) const {
    d.x = region_of(at + first * shape.tile_step(d.x_tokens), shape.tile_step(d.x_tokens));
    d.x_step = static_cast<uint16_t>(shape.token_step(tiles));
  }
  void give_y(hls::gemm_descriptor& d, int64_t at, int64_t tiles, int64_t first = 0) const {
    d.y = region_of(at + first * shape.tile_step(d.tokens), shape.tile_step(d.tokens));
    d.y_step = static_cast<uint16_t>(shape.token_step(tiles));
  }

  // Not fused: the tensor's way through memory.
  void spill(const char* tensor, int64_t scratch, int64_t words) {
    if (fused) return;
    const std::string name = fmt::format("spill.{}", tensor);
    auto [at, fresh] = spilled.try_emplace(tensor, 0);
    if (fresh) at->second = builder.take_memory(static_cast<uint64_t>(words * builder.word()));
    builder.store(name, scratch, at->second, words);
    builder.load(name, at->second, scratch, words, true);
  }
};

}  // namespace scansim
