// The scan's states and parameters of one branch in memory (sim/README.md, section 2), in terms of the
// driver's order.
#pragma once
#include "host/program/base/tile_order.h"
#include "host/program/scan/memory_order.h"

namespace scansim {

// A layout of one block that holds all channels in whole tiles.
struct state_order {
  scan_layout layout;
  channel_slice block;

  state_order(int64_t channels, int64_t states, int passes, const design_point& point) {
    layout.shape = {.batch = 1, .channels = channels, .states = states, .groups = 1, .length = 1};
    layout.passes = passes;
    block.channels = channels;
    block.lane_groups = static_cast<int>(tiles_of(channels, point.tile_channels())) * point.interleave;
  }
  uint64_t elements(const design_point& point) const {
    return static_cast<uint64_t>(block.lane_groups) * static_cast<uint64_t>(layout.passes * point.num_pe());
  }

  template <class Element, class Source>
  void pack(const Source* values, const design_point& point, uint8_t* at) const {
    for_each_state_run(
        layout, block, sizeof(Element), point,
        [&](int64_t channel, int64_t state, int64_t states, uint64_t offset) {
          for (int64_t n = 0; n < states; ++n) {
            const auto element = static_cast<Element>(values[channel * layout.shape.states + state + n]);
            std::memcpy(at + offset + static_cast<size_t>(n) * sizeof element, &element, sizeof element);
          }
        });
  }

  // States at `address` as the layout of an output (scan/scan_outputs.h).
  std::shared_ptr<const scan_layout> layout_at(uint64_t address) const {
    auto placed = std::make_shared<scan_layout>(layout);
    placed->blocks = {block};
    placed->regions = {{.addr_state = address}};
    return placed;
  }
};

}  // namespace scansim
