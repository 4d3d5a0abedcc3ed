// Values of the read-only PARAMETERS registers in the order of sim/README.md, section 6, from the design
// point.
#pragma once
#include <array>
#include <cstdint>

#include "models/configs/design_point.h"

namespace scansim {

using parameter_values = std::array<uint32_t, 17>;

inline parameter_values parameter_csrs(const design_point& p) {
  parameter_values values{};
  const int fields[17] = {
      p.num_lanes,   p.states_per_lane,  p.interleave,   p.max_states,    p.operand_bits,   p.state_bits,
      p.output_bits, p.exp_segments,     p.chunk_tokens, p.tile_buffers,  p.state_capacity, p.axi_data_bits,
      p.gemm_depth,  p.gemm_weight_rows, p.gemm_x_words, p.scratch_words, p.channel_words};
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint32_t>(fields[i]);
  return values;
}

}  // namespace scansim
