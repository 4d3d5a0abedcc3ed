// The integer parameters of a design point: one struct, and one table over it that the YAML reader, the range
// checks, the JSON form, the RTL's parameters, the read-only PARAMETERS registers and the specification walk.
// A parameter is added by a member and a row. Contract: registers stand in the order of the rows that have
// one; what ties parameters together is checked in models/configs.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace scansim {

struct machine_parameters {
  // Scan array: num_lanes channels in parallel, states_per_lane states of each channel in parallel.
  int num_lanes = 0;
  int states_per_lane = 0;
  int interleave = 0;
  int max_states = 0;
  // Arithmetic (hls/README.md).
  int operand_bits = 0;
  int state_bits = 0;
  int output_bits = 0;
  int exp_segments = 0;
  // Buffers.
  int chunk_tokens = 0;
  int tile_buffers = 0;
  int state_capacity = 0;
  // Scans of one descriptor (sim/SETS.md); 0: one.
  int max_sets = 0;
  // Memory port.
  int axi_data_bits = 0;
  int axi_max_burst = 0;
  int read_outstanding = 0;
  // Units around the scan (sim/PROGRAM.md); gemm_depth 0: none, and the others are 0 too.
  int gemm_depth = 0;
  int gemm_weight_rows = 0;
  int gemm_x_words = 0;
  int scratch_words = 0;
  int channel_words = 0;
};

struct parameter_row {
  const char* key;            // in YAML and JSON
  const char* rtl_parameter;  // of the RTL's top module
  int machine_parameters::*member;
  int low, high;
  bool power_of_two;
  bool has_csr;
  const char* meaning;
  int absent = -1;  // its value where a file does not name it; negative: a file must
};

namespace map {

// Bytes of a beat, W, of a machine with units: a power of two.
inline constexpr int least_unit_word = 16, most_unit_word = 64;

inline constexpr parameter_row parameters[] = {
    {"num_lanes", "NumLanes", &machine_parameters::num_lanes, 1, 64, true, true, "NL, channels in parallel"},
    {"states_per_lane", "StatesPerLane", &machine_parameters::states_per_lane, 1, 64, true, true,
     "S, states of a channel in parallel"},
    {"interleave", "Interleave", &machine_parameters::interleave, 2, 8, true, true,
     "KI, lane groups of a tile that take turns in the pipeline"},
    {"max_states", "MaxStates", &machine_parameters::max_states, 1, 256, false, true,
     "largest d_state N of a descriptor, multiple of states_per_lane"},
    {"operand_bits", "OperandBits", &machine_parameters::operand_bits, 8, 16, true, true, "8·OB"},
    {"state_bits", "StateBits", &machine_parameters::state_bits, 16, 32, false, true, "of a state on chip"},
    {"output_bits", "OutputBits", &machine_parameters::output_bits, 8, 16, true, true, "8·YB"},
    {"exp_segments", "ExpSegments", &machine_parameters::exp_segments, 8, 64, true, true, "of the exp table"},
    {"chunk_tokens", "ChunkTokens", &machine_parameters::chunk_tokens, 4, 256, true, true,
     "T, tokens of a tile"},
    {"tile_buffers", "TileBuffers", &machine_parameters::tile_buffers, 2, 8, true, true,
     "NB, tiles in flight per operand stream"},
    {"state_capacity", "StateCapacity", &machine_parameters::state_capacity, 1, 1 << 24, true, true,
     "states held on chip (channels x states)"},
    {"max_sets", "MaxSets", &machine_parameters::max_sets, 0, 8, false, true,
     "most scans of one descriptor; 0: single scans only", 0},
    {"axi_data_bits", "AxiDataBits", &machine_parameters::axi_data_bits, 32, 1024, true, true, "8·W"},
    {"axi_max_burst", "AxiMaxBurst", &machine_parameters::axi_max_burst, 1, 256, false, false,
     "beats of a burst"},
    {"read_outstanding", "ReadOutstanding", &machine_parameters::read_outstanding, 2, 64, true, false,
     "read bursts in flight"},
    {"gemm_depth", "GemmDepth", &machine_parameters::gemm_depth, 0, 32, true, true,
     "DP, multipliers per output channel of the gemm; 0: no units"},
    {"gemm_weight_rows", "GemmWeightRows", &machine_parameters::gemm_weight_rows, 0, 32768, true, true,
     "WR, rows of W·DP weights held on chip"},
    {"gemm_x_words", "GemmXWords", &machine_parameters::gemm_x_words, 0, 32768, true, true,
     "XW, words of one of the gemm's two input slots"},
    {"scratch_words", "ScratchWords", &machine_parameters::scratch_words, 0, 32768, true, true,
     "SW, words of the scratch memory"},
    {"channel_words", "ChannelWords", &machine_parameters::channel_words, 0, 256, true, true,
     "CW, largest d_inner in words"},
};

constexpr size_t count_parameter_csrs() {
  size_t count = 0;
  for (const parameter_row& row : parameters) count += row.has_csr;
  return count;
}
inline constexpr size_t num_parameter_csrs = count_parameter_csrs();

}  // namespace map

// Values of the PARAMETERS registers of a machine.
using parameter_values = std::array<uint32_t, map::num_parameter_csrs>;

constexpr parameter_values parameter_csrs(const machine_parameters& of) {
  parameter_values values{};
  size_t i = 0;
  for (const parameter_row& row : map::parameters)
    if (row.has_csr) values[i++] = static_cast<uint32_t>(of.*row.member);
  return values;
}

}  // namespace scansim
