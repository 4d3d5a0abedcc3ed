#include "models/area/area_features.h"

#include <algorithm>
#include <cmath>

#include "hls/formats.h"
#include "models/area/fpga_dsp.h"
#include "models/area/fpga_memory.h"
#include "models/configs/widths.h"

namespace scansim {
namespace {

struct memory_sums {
  double lut = 0, register_bits = 0;  // of memories in LUTs; words behind them
};

memory_sums sums_of(const std::string& block, const design_point& at) {
  memory_sums sums;
  for (const memory_shape& memory : memory_shapes(at)) {
    if (memory.block != block) continue;
    const memory_resources resources = fpga_resources(memory);
    sums.lut += static_cast<double>(resources.lut);
    if (resources.lut > 0) sums.register_bits += static_cast<double>(memory.bits * memory.copies);
  }
  return sums;
}

double picked(double from, double row) { return std::max(0.0, from - row); }

block_features scan_serial(const design_point& at) {
  const double lanes = at.num_lanes, pes = at.num_pe(), index = widths_of(at).exp_index_bits();
  const std::vector<double> features = {
      1,
      lanes,
      pes,
      pes * at.operand_bits,
      pes * at.state_bits,
      pes * (element_dsps(at.operand_bits, at.state_bits) - least_element_dsps),
      pes * index,
      lanes * at.state_bits};
  return {features, features};
}

block_features operand_buffers(const design_point& at, const memory_sums& memories) {
  const double port = at.axi_data_bits, lane_row = at.num_lanes * at.operand_bits;
  const double selected =
      3 * picked(port, lane_row) + 2 * picked(port, at.states_per_lane * at.operand_bits) +
      picked(port, at.num_lanes * 2 * hls::param_bits) + picked(port, at.num_pe() * at.operand_bits);
  return {{1, port, selected, static_cast<double>(at.tile_buffers)},
          {1, memories.register_bits, static_cast<double>(at.tile_buffers)}};
}

block_features output_buffer(const design_point& at, const memory_sums& memories) {
  const double port = at.axi_data_bits;
  const double selected =
      picked(at.num_pe() * 8.0 * at.state_bytes(), port) + picked(at.num_lanes * at.output_bits, port);
  return {{1, selected, port}, {1, memories.register_bits}};
}

}  // namespace

block_features area_features(const std::string& block, const design_point& at) {
  const double lanes = at.num_lanes;
  const memory_sums memories = sums_of(block, at);
  block_features found;
  if (block == "scan_serial") {
    found = scan_serial(at);
  } else if (block == "delta_softplus") {
    found.lut = {1, lanes, lanes * at.operand_bits, lanes * at.state_bits};
    found.ff = {1, lanes, lanes * at.operand_bits};
  } else if (block == "gate_silu") {
    found.lut = {1, lanes, lanes * at.operand_bits, lanes * at.state_bits, lanes * at.output_bits};
    found.ff = found.lut;
  } else if (block == "operand_buffers") {
    found = operand_buffers(at, memories);
  } else if (block == "output_buffer") {
    found = output_buffer(at, memories);
  } else if (block == "dma_burst") {
    found.lut = {1, static_cast<double>(at.axi_data_bits)};
    found.ff = {1, std::log2(at.read_outstanding)};
  } else {
    found.lut = found.ff = {1};
  }
  found.memory_lut = memories.lut;
  return found;
}

}  // namespace scansim
