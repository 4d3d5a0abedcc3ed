// A float Vision Mamba to the machine's integers (quantised_vim.h): pruned if the format says so
// (prune_projections.h), its layers by quantise_layers.h. Patch embedding, head and convolution stay dense
// and at 8 bits, the position embedding at 16. Contract: deterministic; `images` calibrate, and must not be
// ones that are scored. Errors: input_error naming the tensor for sizes or scales that the machine does not
// have.
#pragma once
#include "host/accuracy/quantised_vim.h"
#include "host/quantise/layer_format.h"
#include "models/nn/activation_record.h"

namespace scansim {

quantised_vim quantise_vim(const vim_model& model, const std::vector<std::span<const uint8_t>>& images,
                           const layer_format& format, scan_machine& machine);

}  // namespace scansim
