// What the parts of a layer's program share while it is put together: the layer, its sizes and places, the
// builder, and the way of a result through memory between operators that are not fused.
#pragma once
#include <fmt/format.h>

#include <map>
#include <string>

#include "host/program/compile/layer_parameters.h"

namespace scansim {

// One chunk of tokens on its way through one direction; first, last: of those that the direction processes.
struct chunk_step {
  int64_t index = 0, tokens = 0;
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
