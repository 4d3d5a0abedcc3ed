// The program of one Mamba layer (host/quantise/quantised_layer.h), chunk of tokens by chunk of tokens:
//   load r -> norm -> in_proj x -> conv -> x_proj -> dt_proj -> in_proj z (straight into the scan) -> scan ->
//   hadamard (without rotation: its unit requantising only) -> out_proj + residual -> store r
// Parameters are loaded once and stay, but weights beyond their memory, which come anew for every chunk; the
// convolution's state and the scan's stay on chip between chunks. Two branches: the first takes the chunks in
// order, then the second from the last to the first, so that r gets their sums in run_layer's order. The last
// chunk stays in the scratch between the two; the others store r behind the first ("spill.residual") and load
// it with their original r, out of which x and z are made again: 2 d_model bytes a token, where x and z would
// be 4 d_inner. In one chunk they share x and z. Merged branches, of one chunk, run one behind the other as
// far as their scans, which are one of two sets, and share the rotation and out_proj. Channel groups that
// keep states of their own (whole tiles): a scan descriptor for every run of equal ones (state_runs.h), B and
// C of each picked out of those of all states by a gemm of the pattern 1:16; their parameters and states lie
// behind each other on chip. Sequences of one token each (a step of decoding) are the tokens of the chunks:
// every projection sees all of a chunk, so that weights come once for them, and each sequence has its
// convolution, scan and rotation, with its states out of memory and back. Longer sequences are run one after
// the other. Not fused: after every operator its result goes to memory and comes back before its consumer
// reads it (norm, in_proj's halves, conv, x_proj, dt_proj, scan, hadamard), booked as "spill.<tensor>"; the
// residual stays; nothing of the next chunk runs ahead. Contract: y = r after the layer, with the bits of
// run_layer, and the final states. Errors: input_error naming what the machine cannot hold: weights of a tile
// beyond half of the weight memory, a rotation of channels that fill no words, channels of one tile that keep
// different states.
#pragma once
#include <span>

#include "host/program/program.h"
#include "host/quantise/quantised_layer.h"
#include "models/configs/design_point.h"
#include "traces/nm_pattern.h"

namespace scansim {

struct layer_program_options {
  bool fused = true;
  bool z_first = false;     // z is projected with x and waits in the scratch
  nm_pattern pattern = {};  // of the four projections' weights, which must hold it; dense by default
  bool y_by_token = false;  // y of a sequence as (L, d_model), else (d_model, L)
  int64_t sequences = 1;    // of equal length
};

// Whether both directions of a layer run as one scan of two sets with one output (`merged` of a quantised
// layer): a machine with units and sets, all tokens of both in its scratch.
struct layer_sizes {
  int64_t model, inner, rank, states;
};
bool directions_merge(const layer_sizes& sizes, int64_t tokens, const design_point& point);

// `r` (d_model, tokens), sequence behind sequence; `states` by sequence, one per branch, or empty: zero, and
// then not read from memory. Outputs hold the sequences one behind the other.
program make_layer_program(const quantised_layer& layer, const int16_matrix& r,
                           std::span<const quantised_branch_state> states,
                           const layer_program_options& options, const design_point& point);

}  // namespace scansim
