// The integer fields of a design point as a table, so that the reader, the checks, the JSON form and the RTL
// parameters walk one list and cannot disagree. Internal to models/configs.
#pragma once
#include <array>
#include <string>

#include "models/configs/design_point.h"

namespace scansim {

struct integer_field {
  const char* key;            // in YAML and JSON
  const char* rtl_parameter;  // of the RTL's top module
  int design_point::*member;
  int low, high;
  bool power_of_two;
};

inline constexpr std::array<integer_field, 19> integer_fields = {{
    {"num_lanes", "NumLanes", &design_point::num_lanes, 1, 64, true},
    {"states_per_lane", "StatesPerLane", &design_point::states_per_lane, 1, 64, true},
    {"interleave", "Interleave", &design_point::interleave, 2, 8, true},
    {"max_states", "MaxStates", &design_point::max_states, 1, 64, false},
    {"operand_bits", "OperandBits", &design_point::operand_bits, 8, 16, true},
    {"state_bits", "StateBits", &design_point::state_bits, 16, 32, false},
    {"output_bits", "OutputBits", &design_point::output_bits, 8, 16, true},
    {"exp_segments", "ExpSegments", &design_point::exp_segments, 8, 64, true},
    {"chunk_tokens", "ChunkTokens", &design_point::chunk_tokens, 4, 256, true},
    {"tile_buffers", "TileBuffers", &design_point::tile_buffers, 2, 8, true},
    {"state_capacity", "StateCapacity", &design_point::state_capacity, 1, 1 << 24, true},
    {"axi_data_bits", "AxiDataBits", &design_point::axi_data_bits, 32, 1024, true},
    {"axi_max_burst", "AxiMaxBurst", &design_point::axi_max_burst, 1, 256, false},
    {"read_outstanding", "ReadOutstanding", &design_point::read_outstanding, 2, 64, true},
    {"gemm_depth", "GemmDepth", &design_point::gemm_depth, 0, 32, true},
    {"gemm_weight_rows", "GemmWeightRows", &design_point::gemm_weight_rows, 0, 32768, true},
    {"gemm_x_words", "GemmXWords", &design_point::gemm_x_words, 0, 32768, true},
    {"scratch_words", "ScratchWords", &design_point::scratch_words, 0, 32768, true},
    {"channel_words", "ChannelWords", &design_point::channel_words, 0, 128, true},
}};

inline std::string expected_range(const integer_field& field) {
  const std::string kind = field.power_of_two ? "a power of two" : "an integer";
  if (field.power_of_two && field.low == 0) return "0, or " + kind + " up to " + std::to_string(field.high);
  return kind + " in " + std::to_string(field.low) + ".." + std::to_string(field.high);
}

}  // namespace scansim
