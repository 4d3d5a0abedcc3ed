// A float model's four projections (in_proj, x_proj, dt_proj, out_proj) pruned to N:M along their inputs.
// Contract: with `hadamard`, out_proj is pruned after the matrix went into it, because the array sees that
// product, and the matrix taken out again; it then has the pattern only up to float rounding. An out_proj
// that two directions share is weighted by the inputs of both. Choose it for the float model with a pattern
// and as the first step of quantising; a checkpoint is pruned by sparsify_checkpoint.h.
#pragma once
#include "host/quantise/layer_format.h"
#include "models/nn/activation_record.h"

namespace scansim {

// `format` has a pattern. Errors: input_error for a d_inner that has no Hadamard matrix.
mamba_weights prune_projections(const mamba_model& model, const activation_record& record,
                                const layer_format& format);
vim_weights prune_projections(const vim_model& model, const activation_record& record,
                              const layer_format& format);

}  // namespace scansim
