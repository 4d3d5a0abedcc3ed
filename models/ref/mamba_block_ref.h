// One layer of a Mamba model in double precision (traces/calls/mamba_block.h has the formula), composed of
// the references of its operators. Contract: every operator is double; between operators only the scan's
// inputs are rounded to float, because selective_scan_ref takes a scan call (relative error 6e-8). All
// activations come back, (features, tokens), the tokens of a sequence behind those of the one before, those
// of a direction in its own scan order (backward: a sequence's last token first). Choose it as the top rung
// of the operator mamba_block and to choose scales from. Errors: std::invalid_argument if a size does not
// fit.
#pragma once
#include <optional>
#include <vector>

#include "models/ref/scan_fault.h"
#include "traces/calls/mamba_block.h"

namespace scansim {

struct mamba_branch_activations {
  std::vector<double> u, dt, b, c, delta, y;  // (D, B L), (R, B L), (N, B L), (N, B L), (D, B L), (D, B L)
  std::vector<double> h_last;                 // (B, D, kept states)
};

struct mamba_block_activations {
  std::vector<double> norm;           // (d_model, B L)
  std::vector<double> conv_input, z;  // (D, B L), token order
  std::vector<mamba_branch_activations> branches;
  std::vector<double> y;  // (B, L, d_model): the residual stream out
};

// With `fault`: the same layer, its scans with that fault in them.
mamba_block_activations mamba_block_ref(const mamba_block_call& call,
                                        std::optional<scan_fault> fault = std::nullopt);

}  // namespace scansim
