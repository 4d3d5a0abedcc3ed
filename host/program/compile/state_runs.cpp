#include "host/program/compile/state_runs.h"

#include <fmt/format.h>

#include "host/program/base/tile_order.h"

namespace scansim {

namespace {

// What the channels of a tile keep.
const std::vector<int>& kept_of_tile(const kept_states& kept, int64_t tile, int64_t channels,
                                     const program_builder& b) {
  const int64_t per_group = channels / static_cast<int64_t>(kept.size()), first = tile * b.word();
  const auto group_of = [&](int64_t channel) { return static_cast<size_t>(channel / per_group); };
  const size_t low = group_of(first), high = group_of(std::min(channels, first + b.word()) - 1);
  for (size_t group = low; group <= high; ++group) {
    if (kept[group] != kept[low])
      b.refuse("kept states", fmt::format("the same for the {} channels of a tile", b.word()),
               fmt::format("groups of {} channels with others in tile {}", per_group, tile));
  }
  return kept[low];
}

}  // namespace

std::vector<state_run> state_runs_of(const kept_states& kept, int64_t channels, const program_builder& b) {
  const int64_t tiles = tiles_of(channels, b.word());
  if (kept.empty()) return {{0, tiles, {}}};
  std::vector<state_run> runs;
  for (int64_t tile = 0; tile < tiles; ++tile) {
    const std::vector<int>& states = kept_of_tile(kept, tile, channels, b);
    if (runs.empty() || runs.back().kept != states) runs.push_back({tile, 0, states});
    ++runs.back().tiles;
  }
  return runs;
}

}  // namespace scansim
