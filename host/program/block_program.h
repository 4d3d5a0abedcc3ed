// The program of one Mamba layer (host/accuracy/quantised_block.h), chunk of tokens by chunk of tokens:
//   load r -> norm -> in_proj x -> conv -> x_proj -> dt_proj -> in_proj z (straight into the scan) -> scan ->
//   hadamard (without rotation: its unit requantising only) -> out_proj + residual -> store r
// Parameters are loaded once and stay; the convolution's state and the scan's stay on chip between chunks.
// Two branches share in_proj, z then lies in the scratch, and all tokens are one chunk, since the second
// scans from their end. Not fused: after every operator its result goes to memory and comes back before its
// consumer reads it (norm, in_proj's halves, conv, x_proj, dt_proj, scan, hadamard), booked as
// "spill.<tensor>"; the residual stays. Contract: y = r after the layer, with the bits of run_layer, and the
// final states. Errors: input_error naming what the machine cannot hold: weights beyond the weight memory,
// two branches of more tokens than one chunk, a rotation of channels that fill no words, states chosen per
// channel group.
#pragma once
#include <span>

#include "host/accuracy/quantised_block.h"
#include "host/program/program.h"
#include "models/configs/design_point.h"
#include "traces/nm_pattern.h"

namespace scansim {

struct block_program_options {
  bool fused = true;
  nm_pattern pattern;  // of the four projections' weights, which must hold it; dense by default
};

// `r` (d_model, tokens); `states` one per branch, or empty: zero, and then not read from memory.
program make_block_program(const quantised_layer& layer, const int16_matrix& r,
                           std::span<const quantised_branch_state> states,
                           const block_program_options& options, const design_point& point);

}  // namespace scansim
