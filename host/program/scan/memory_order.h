// The machine's element order inside one block's regions, once for packing and unpacking.
//   rows of channels:  chunk, tile, token, lane group, lane        (u, delta, z, y)
//   states:            tile, lane group, pass, lane, state         (h0, h_last, A)
//   A, packed:         tile, row of lane groups, lane, lane group of the row, state
//   (hls/scan/state_packing.h)
// Contract: f gets channels of the block (not of the trace) and byte offsets from the region's start; padded
// lanes and states are skipped. Internal to host/program.
#pragma once
#include <cstdint>

#include "host/program/scan/scan_layout.h"

namespace scansim {

// f(channel, first token, tokens, byte offset of the first token, bytes from token to token)
template <class Function>
void for_each_channel_run(const scan_layout& layout, const channel_slice& block, int element_bytes,
                          const design_point& point, Function f) {
  uint64_t tile_start = 0;
  for (int64_t chunk = 0; chunk < layout.num_chunks; ++chunk) {
    const int64_t tokens = layout.tokens(chunk);
    for_each_tile(block.lane_groups, point, [&](int group, int groups) {
      const int64_t first = int64_t{group} * point.num_lanes;
      const int64_t lanes = int64_t{groups} * point.num_lanes;
      const auto step = static_cast<uint64_t>(lanes * element_bytes);
      for (int64_t i = 0; i < lanes && first + i < block.channels; ++i) {
        f(first + i, chunk * layout.chunk_tokens, tokens,
          tile_start + static_cast<uint64_t>(i * element_bytes), step);
      }
      tile_start += whole_beats(point, step * static_cast<uint64_t>(tokens));
    });
  }
}

// f(channel, first state, states, byte offset): runs of neighbouring states
template <class Function>
void for_each_state_run(const scan_layout& layout, const channel_slice& block, int element_bytes,
                        const design_point& point, Function f) {
  uint64_t tile_start = 0;
  const int64_t width = point.states_per_lane;
  for_each_tile(block.lane_groups, point, [&](int group, int groups) {
    int64_t row = 0;  // (lane group, pass, lane)
    for (int k = 0; k < groups; ++k) {
      for (int pass = 0; pass < layout.passes; ++pass) {
        for (int lane = 0; lane < point.num_lanes; ++lane, ++row) {
          const int64_t channel = int64_t{group + k} * point.num_lanes + lane;
          const int64_t state = pass * width;
          if (channel >= block.channels) continue;
          const int64_t states = layout.shape.states - state < width ? layout.shape.states - state : width;
          f(channel, state, states, tile_start + static_cast<uint64_t>(row * width * element_bytes));
        }
      }
    }
    tile_start += whole_beats(point, static_cast<uint64_t>(row * width * element_bytes));
  });
}

// The same of A.
template <class Function>
void for_each_rate_run(const scan_layout& layout, const channel_slice& block, int element_bytes,
                       const design_point& point, Function f) {
  if (layout.log2_packed == 0) return for_each_state_run(layout, block, element_bytes, point, f);
  const hls::state_packing packing = layout.packing(point);
  const int64_t lane_width = packing.lane_width();
  uint64_t tile_start = 0;
  for_each_tile(block.lane_groups, point, [&](int group, int groups) {
    for (int k = 0; k < groups; ++k) {
      for (int lane = 0; lane < point.num_lanes; ++lane) {
        const int64_t channel = int64_t{group + k} * point.num_lanes + lane;
        if (channel >= block.channels) continue;
        const int64_t row = int64_t{packing.group_row(k)} * point.num_lanes + lane;
        f(channel, int64_t{0}, layout.shape.states,
          tile_start + static_cast<uint64_t>((row * lane_width + packing.group_first(k)) * element_bytes));
      }
    }
    const int64_t rows = int64_t{packing.group_rows(groups)} * point.num_lanes;
    tile_start += whole_beats(point, static_cast<uint64_t>(rows * lane_width * element_bytes));
  });
}

}  // namespace scansim
