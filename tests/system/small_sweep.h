// The text of a sweep file: 54 points, 108 rows, a fraction of a second.
#pragma once

namespace scansim::test {

inline constexpr const char* small_space = R"(sweep: 1
base: edge
workloads: [{channels: 100, states: 16, length: 150}, {channels: 64, states: 8, length: 40, reverse: true, weight: 2}]
space:
  num_lanes: [2, 4, 8]
  tile_buffers: [2, 4]
  chunk_tokens: {pow2: [32, 128]}
  memory: [ideal, latency, dram-hbm2]
)";

}  // namespace scansim::test
