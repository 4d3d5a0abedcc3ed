// The hls rung of a whole Mamba block: host/quantise's quantised layer (W8A8 or W4A8, Hadamard before
// out_proj unless the call says no) with scales chosen on the trace itself, run by run_layer. Contract: what
// quantise_mamba_block returns is all that a machine gets; run_mamba_block is an exact function of it, which
// every rung below must equal bit for bit (r, states, saturations). With a pattern, in_proj, x_proj and
// dt_proj have it in the trace; out_proj has it only after the Hadamard matrix went into it, so the quantiser
// prunes that product by magnitude (without rotation: out_proj itself). A call of both directions starts from
// zero states. Verdict: a block has 8-bit values between its operators, so no output has a bound from x on.
// Ref runs on the same quantised inputs (x, every weight, states, out_proj pruned); the relative MSE of what
// the layer adds to x must stay within the bound below. Every value between the operators has the far tighter
// bound of its operator on the integers that it was given (layer_bound.h), the scans theirs and their lines
// (scan_errors.h). What the weights' rounding and the pruning cost is reported apart, as ref against ref.
#pragma once
#include <string>
#include <vector>

#include "host/operators/operator_result.h"
#include "host/quantise/quantised_layer.h"
#include "host/quantise/run_layer.h"
#include "models/configs/design_point.h"
#include "traces/calls/mamba_block.h"

namespace scansim {

// Without rotation outliers of y alone set the range of all its 8-bit values.
inline constexpr double mamba_block_mse_bound = 2e-2, unrotated_mse_bound = 5e-2;

struct quantised_mamba_block {
  quantised_layer layer;
  int16_matrix r;                              // (d_model, B L), the residual stream in
  std::vector<quantised_branch_state> states;  // before the first token: by sequence, one per direction
  mamba_block_scales scales;                   // r: value = integer * 2^-scales.frac_residual
};

// Errors: input_error with `file` if a rotation is asked for of sizes without Hadamard matrix, the design
// point other than 8-bit operands and 16-bit outputs, or too few states, or if ranges lie too far apart for
// the machine's shifts. `stored`: instead of scales chosen on the call.
quantised_mamba_block quantise_mamba_block(const mamba_block_call& call, const design_point& point,
                                           const std::string& file,
                                           const mamba_block_scales* stored = nullptr);

struct mamba_block_result {
  int16_matrix r;                              // (d_model, B L), the residual stream out
  std::vector<quantised_branch_state> states;  // after the last token
  model_saturations saturations;
  std::vector<recorded_scan> scans;  // what ran on the machine, direction by direction
  layer_record record;
};

// Of the four projections of every direction, without what the pattern leaves out.
uint64_t projection_macs(const mamba_block_call& call, uint64_t outputs);

mamba_block_result run_mamba_block(const quantised_mamba_block& block, const design_point& point);

// The call whose tensors are the quantised ones' values: what both rungs start from. Weights of the norm and
// biases of the convolution, of 16 and 32 bits, are left as given.
mamba_block_call dequantise(const quantised_mamba_block& block, const mamba_block_call& call);

// Direction by direction of h of every sequence, then of the convolution's last inputs of every sequence.
std::string state_sha256(const std::vector<quantised_branch_state>& states, size_t branches);

operator_result mamba_block_on_hls(const mamba_block_call& call, const quantised_mamba_block& q,
                                   const design_point& point);

}  // namespace scansim
