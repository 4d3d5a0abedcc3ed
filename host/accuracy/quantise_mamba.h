// A float Mamba language model to the machine's integers (quantised_mamba.h): pruned if the format says so
// (prune_projections.h), its layers by quantise_layers.h. Embedding, head and convolution stay dense and at 8
// bits (the embedding at 16). Contract: deterministic. Errors: input_error naming the tensor for sizes or
// scales that the machine does not have.
#pragma once
#include "host/accuracy/quantised_mamba.h"
#include "host/quantise/layer_format.h"
#include "host/quantise/quantise_layers.h"
#include "models/nn/activation_record.h"

namespace scansim {

// All scales that are chosen: with them the quantised model is a function of the float one.
struct mamba_scales {
  stack_scales stack;
  int frac_head = 0;  // input of the head
};

quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows,
                               const layer_format& format, scan_machine& machine);
quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const int32_t>>& windows,
                               const layer_format& format, scan_machine& machine,
                               mamba_scales* chosen = nullptr);
// By scales that are there. Errors: std::invalid_argument for a format with a pattern, which is chosen too.
quantised_mamba quantise_mamba(const mamba_model& model, const mamba_scales& given,
                               const layer_format& format, scan_machine& machine);

}  // namespace scansim
