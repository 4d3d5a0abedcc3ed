#include "tests/support/design_points.h"

#include <algorithm>
#include <initializer_list>

namespace scansim::test {
namespace {

int drawn(std::mt19937_64& random, std::initializer_list<int> values) {
  return values.begin()[random() % values.size()];
}

int drawn_between(std::mt19937_64& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
}

bool coin(std::mt19937_64& random) { return (random() & 1) != 0; }

}  // namespace

design_point narrow_point() {
  design_point p;
  p.name = "narrow";
  p.clock_mhz = 1000;
  p.num_lanes = 2;
  p.states_per_lane = 4;
  p.interleave = 4;
  p.max_states = 16;
  p.operand_bits = 8;
  p.state_bits = 16;
  p.output_bits = 16;
  p.exp_segments = 8;
  p.chunk_tokens = 8;
  p.tile_buffers = 4;
  p.state_capacity = 1024;
  p.axi_data_bits = 64;
  p.axi_max_burst = 16;
  p.read_outstanding = 4;
  p.memory = "ideal";
  p.technology = "asic7-hbm2";
  return p;
}

design_point one_lane_point() {
  design_point p = narrow_point();
  p.name = "one_lane";
  p.num_lanes = p.states_per_lane = 1;
  p.max_states = 4;
  p.chunk_tokens = 4;
  p.tile_buffers = 2;
  p.state_capacity = 32;
  p.axi_data_bits = 32;
  p.axi_max_burst = 3;
  p.read_outstanding = 2;
  p.state_bits = 20;
  p.output_bits = 8;
  p.exp_segments = 64;
  return p;
}

design_point wide_point() {
  design_point p = narrow_point();
  p.name = "wide";
  p.num_lanes = 4;
  p.states_per_lane = 8;
  p.interleave = 2;
  p.chunk_tokens = 16;
  p.axi_data_bits = 256;
  p.operand_bits = 16;
  p.state_bits = 24;
  p.exp_segments = 64;
  return p;
}

design_point deep_point() {
  design_point p = narrow_point();
  p.name = "deep";
  p.num_lanes = 4;
  p.states_per_lane = 2;
  p.interleave = 8;
  p.max_states = 8;
  p.chunk_tokens = 4;
  p.tile_buffers = 8;
  p.axi_max_burst = 5;
  p.output_bits = 8;
  p.exp_segments = 16;
  return p;
}

std::vector<design_point> corner_points() {
  return {narrow_point(), one_lane_point(), wide_point(), deep_point()};
}

std::vector<design_point> points_with_sets() {
  std::vector<design_point> points = corner_points();
  int most = 1;
  for (design_point& p : points) {
    p.name += "_sets";
    p.max_sets = most++ * 2;
    p.state_capacity = std::max(p.state_capacity, p.tile_buffers * p.interleave * p.num_lanes * p.max_states);
  }
  return points;
}

design_point sets_with_units_point() {
  design_point p = narrow_point();
  p.name = "sets_with_units";
  p.num_lanes = 2, p.states_per_lane = 8, p.interleave = 8, p.max_states = 32;
  p.chunk_tokens = 32, p.tile_buffers = 2, p.state_capacity = 4096, p.max_sets = 3;
  p.gemm_depth = 4, p.gemm_weight_rows = 512, p.gemm_x_words = 256;
  p.scratch_words = 4096, p.channel_words = 8;
  p.axi_data_bits = 128;
  return p;
}

design_point unusual_point() {
  design_point p = narrow_point();
  p.name = "unusual";
  p.clock_mhz = 200;
  p.states_per_lane = 2;
  p.max_states = 24;
  p.operand_bits = 16;
  p.state_bits = 24;
  p.output_bits = 8;
  p.exp_segments = 8;
  p.tile_buffers = 2;
  p.state_capacity = 512;
  p.axi_max_burst = 3;
  p.read_outstanding = 2;
  return p;
}

design_point countable_point() {
  design_point p = narrow_point();
  p.name = "countable";
  p.num_lanes = 4;
  p.states_per_lane = 8;
  p.interleave = 2;
  p.chunk_tokens = 4;
  p.tile_buffers = 2;
  p.state_capacity = 4096;
  p.axi_data_bits = 128;
  p.axi_max_burst = 2;
  return p;
}

design_point square_point() {
  design_point p = narrow_point();
  p.name = "square";
  p.num_lanes = 16;
  p.states_per_lane = 16;
  p.max_states = 64;
  p.chunk_tokens = 16;
  p.state_capacity = 32768;
  p.axi_data_bits = 1024;
  p.axi_max_burst = 64;
  p.read_outstanding = 16;
  return p;
}

design_point random_low_point(std::mt19937_64& random) {
  design_point p = narrow_point();
  p.name = "random";
  p.num_lanes = 1 << drawn_between(random, 0, 3);
  p.states_per_lane = 1 << drawn_between(random, 0, 4);
  p.interleave = 1 << drawn_between(random, 0, 2);
  p.max_states = p.states_per_lane * drawn_between(random, 1, std::min(64 / p.states_per_lane, 3));
  p.operand_bits = coin(random) ? 8 : 16;
  p.state_bits = coin(random) ? 16 : drawn_between(random, 17, 32);
  p.output_bits = coin(random) ? 8 : 16;
  p.exp_segments = 8 << drawn_between(random, 0, 3);
  p.chunk_tokens = 4 << drawn_between(random, 0, 3);
  p.tile_buffers = 2;
  p.state_capacity = 1;
  while (p.state_capacity < p.num_lanes * p.interleave * p.max_states) p.state_capacity *= 2;
  p.state_capacity <<= drawn_between(random, 0, 2);
  p.axi_data_bits = 256 << drawn_between(random, 0, 2);
  p.axi_max_burst = drawn_between(random, 1, 64);
  return p;
}

design_point random_wide_point(std::mt19937_64& random) {
  design_point p = square_point();
  p.name = "random";
  p.operand_bits = drawn(random, {8, 8, 16});
  p.output_bits = drawn(random, {8, 16});
  p.state_bits = drawn(random, {16, 16, 17, 20, 24, 32});
  p.exp_segments = drawn(random, {8, 16, 32, 64});
  p.num_lanes = drawn(random, {1, 2, 4, 8});
  p.states_per_lane = drawn(random, {1, 2, 4, 8, 16});
  p.interleave = drawn(random, {1, 2, 4, 8});
  p.max_states = p.states_per_lane * drawn(random, {1, 2, 4});
  p.chunk_tokens = drawn(random, {4, 8, 16});
  p.tile_buffers = drawn(random, {2, 3, 4, 8});
  p.state_capacity = p.num_lanes * p.interleave * p.max_states * drawn(random, {1, 2, 4});
  int row_bits = 32;
  while (row_bits < p.num_lanes * std::max(p.operand_bits, p.output_bits) ||
         row_bits < p.states_per_lane * p.operand_bits)
    row_bits *= 2;
  p.axi_data_bits = std::min(1024, row_bits * drawn(random, {1, 2, 4}));
  p.axi_max_burst = drawn(random, {1, 3, 16, 64, 256});
  p.read_outstanding = drawn(random, {2, 4, 16});
  return p;
}

}  // namespace scansim::test
