// machine_shape: the constants of one machine that the blocks use, derived once from its design point. The
// letters of sim/README.md stand beside the fields.
#pragma once
#include "hls/formats.h"
#include "models/configs/design_point.h"

namespace scansim {

struct machine_shape {
  int lanes;             // NL
  int states;            // S, of one lane
  int interleave;        // KI
  int chunk_tokens;      // T
  int tile_buffers;      // NB
  int max_states;        // largest passes * S
  int operand_bytes;     // OB
  int output_bytes;      // YB
  int state_bytes;       // SB
  int axi_bytes;         // W
  int axi_max_burst;     // beats
  int read_outstanding;  // bursts
  int state_rows;        // rows of NL * S states that the state memory and the memory of A hold
  int gemm_depth;        // DP; 0: no units (sim/PROGRAM.md)
  int gemm_weight_rows;  // WR
  int gemm_x_words;      // XW, of one slot
  int scratch_words;     // SW
  int channel_words;     // CW
  hls::widths widths;

  explicit machine_shape(const design_point& point)
      : lanes(point.num_lanes),
        states(point.states_per_lane),
        interleave(point.interleave),
        chunk_tokens(point.chunk_tokens),
        tile_buffers(point.tile_buffers),
        max_states(point.max_states),
        operand_bytes(point.operand_bytes()),
        output_bytes(point.output_bytes()),
        state_bytes(point.state_bytes()),
        axi_bytes(point.axi_bytes()),
        axi_max_burst(point.axi_max_burst),
        read_outstanding(point.read_outstanding),
        state_rows(point.state_capacity / point.num_pe()),
        gemm_depth(point.gemm_depth),
        gemm_weight_rows(point.gemm_weight_rows),
        gemm_x_words(point.gemm_x_words),
        scratch_words(point.scratch_words),
        channel_words(point.channel_words),
        widths{point.operand_bits, point.state_bits, point.output_bits, point.exp_segments} {}

  bool has_units() const { return gemm_depth > 0; }
  int max_passes() const { return max_states / states; }
  int tile_rows() const { return chunk_tokens * interleave; }
  int pe() const { return lanes * states; }
  // Bytes of one row of each region (sim/README.md, section 2).
  int64_t operand_row() const { return int64_t{lanes} * operand_bytes; }       // u, delta, z
  int64_t output_row() const { return int64_t{lanes} * output_bytes; }         // y
  int64_t bc_row() const { return int64_t{states} * operand_bytes; }           // B, C
  int64_t a_row() const { return int64_t{lanes} * states * operand_bytes; }    // A
  int64_t db_row() const { return int64_t{lanes} * 4; }                        // delta_bias and D
  int64_t state_row() const { return int64_t{lanes} * states * state_bytes; }  // h0, ht
  int64_t beats(int64_t bytes) const { return (bytes + axi_bytes - 1) / axi_bytes; }
  int64_t whole_beats(int64_t bytes) const { return beats(bytes) * axi_bytes; }
};

}  // namespace scansim
