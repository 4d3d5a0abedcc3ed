// What is asked of a model's numbers and patterns: the options of `scansim accuracy` that change the model.
#pragma once
#include <optional>

#include "traces/nm_prune.h"

namespace scansim {

struct layer_format {
  int weight_bits = 8;  // 8 or 4
  bool hadamard = true;
  std::optional<nm_pattern> pattern;
  prune_method method = prune_method::activation;
  std::optional<nm_pattern> state_pattern;
  // Channels that share the kept states: all, or the lanes of the machine (with units: of a tile).
  bool state_group_is_layer = false;
  bool merge_directions =
      false;  // of two directions, where every state is kept: directions_merge (layer_program.h)

  bool prunes() const { return pattern && !pattern->dense(); }
};

}  // namespace scansim
