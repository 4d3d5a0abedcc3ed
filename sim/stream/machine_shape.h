// machine_shape: the constants of one machine that the blocks use: its parameters and what follows from them,
// derived once from its design point. The letters of sim/README.md stand beside the fields here and in
// hls/map/parameter_map.h.
#pragma once
#include "hls/formats.h"
#include "hls/scan/state_packing.h"
#include "models/configs/design_point.h"

namespace scansim {

class operand_switching;  // sim/switching

struct machine_shape : machine_parameters {
  int lanes;          // NL
  int states;         // S, of one lane
  int operand_bytes;  // OB
  int output_bytes;   // YB
  int state_bytes;    // SB
  int axi_bytes;      // W
  int state_rows;     // rows of NL * S states that the state memory and the memory of A hold
  hls::widths widths;
  bool values;  // the machine computes values, not times and counts alone
  operand_switching* switching =
      nullptr;  // told of the operands of every operation; nullptr: none is counted

  explicit machine_shape(const design_point& point, bool with_values = true)
      : machine_parameters(point),
        lanes(point.num_lanes),
        states(point.states_per_lane),
        operand_bytes(point.operand_bytes()),
        output_bytes(point.output_bytes()),
        state_bytes(point.state_bytes()),
        axi_bytes(point.axi_bytes()),
        state_rows(point.state_capacity / point.num_pe()),
        widths{point.operand_bits, point.state_bits, point.output_bits, point.exp_segments},
        values(with_values) {}

  bool has_units() const { return gemm_depth > 0; }
  uint64_t scratch_bytes() const {
    return static_cast<uint64_t>(scratch_words) * static_cast<uint64_t>(axi_bytes);
  }
  int max_passes() const { return max_states / states; }
  int tile_rows() const { return chunk_tokens * interleave; }
  // With sets (sim/SETS.md, section 3): rows of B, entries of lists, rows of a slot of A and db.
  int set_bc_capacity() const { return 2 * chunk_tokens * max_passes(); }
  int set_list_capacity() const { return max_sets * std::max(chunk_tokens, axi_bytes / 4); }
  int set_slot_rows() const { return state_rows / tile_buffers; }
  hls::state_packing packing(int log2_packed) const { return {states, interleave, log2_packed}; }
  int pe() const { return lanes * states; }
  // Bytes of one row of each region (sim/README.md, section 2).
  int64_t operand_row() const { return int64_t{lanes} * operand_bytes; }     // u, delta, z
  int64_t output_row() const { return int64_t{lanes} * output_bytes; }       // y
  int64_t bc_row() const { return int64_t{states} * operand_bytes; }         // B, C
  int64_t a_row() const { return int64_t{lanes} * states * operand_bytes; }  // A
  int64_t packed_a_row(const hls::state_packing& packing) const {
    return int64_t{lanes} * packing.lane_width() * operand_bytes;
  }
  int64_t db_row() const { return int64_t{lanes} * 4; }                        // delta_bias and D
  int64_t state_row() const { return int64_t{lanes} * states * state_bytes; }  // h0, ht
  int64_t beats(int64_t bytes) const { return (bytes + axi_bytes - 1) / axi_bytes; }
  int64_t whole_beats(int64_t bytes) const { return beats(bytes) * axi_bytes; }
};

}  // namespace scansim
