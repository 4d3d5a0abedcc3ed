// A named result of a program: where its values lie in memory behind the last run, and in which order they
// are given out. Every order is a class of its own, made by a function that says which:
//   tiled_output     y of the units: chunk, tile, token, channel of the tile (tile_order.h)
//   history_output   the last width - 1 inputs of a convolution: tile, age
//   joined_output    several of one kind, one behind the other: of every sequence
//   rows_output, states_output   y and the states of a scan (scan/scan_outputs.h)
// Contract: padding is not read; `memory` holds the image of the program.
#pragma once
#include <memory>
#include <span>

#include "host/program/named_integers.h"

namespace scansim {

class output_order {
 public:
  virtual ~output_order() = default;
  virtual std::vector<int32_t> read(std::span<const uint8_t> memory) const = 0;
};

struct program_output {
  std::string name;
  std::shared_ptr<const output_order> order;
};

// Activations (channels, tokens) in memory: chunk, tile of W channels, token, channel of the tile. The last
// chunk has the rest of the tokens; channels of the last tile beyond `channels` are padding.
struct tiled_tensor {
  int64_t channels = 0, tokens = 0, chunk_tokens = 0;
  int bytes = 1;  // of an element: 1, 2 or 4
  uint64_t address = 0;
};

// `by_token`: given out as (tokens, channels), else (channels, tokens).
program_output tiled_output(const std::string& name, const tiled_tensor& tensor, bool by_token, int64_t word);

// (channels, width - 1), oldest first.
program_output history_output(const std::string& name, uint64_t address, int64_t channels, int64_t width,
                              int64_t word);

// The values of all, under the name of the first.
program_output joined_output(std::vector<program_output> parts);

}  // namespace scansim
