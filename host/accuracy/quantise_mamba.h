// A float Mamba model to the machine's integers (quantised_mamba.h), with every scale chosen from what the
// float model does on calibration windows:
//   activations  one power of two per tensor, of least squared error; those of the scan by search_scan_scales
//   weights      one power of two per output channel, of least squared error; W4 in the four projections
//   residual     s16, all of its range
// Weights are pruned before they are quantised; out_proj after the Hadamard matrix went into it, because the
// array sees that product. Embedding, head and convolution stay dense and at 8 bits (the embedding at 16).
// Contract: deterministic. Errors: input_error naming the tensor for sizes or scales that the machine does
// not have.
#pragma once
#include <optional>

#include "host/accuracy/quantised_mamba.h"
#include "models/nn/activation_record.h"
#include "models/sparsity/nm_prune.h"

namespace scansim {

struct block_format {
  int weight_bits = 8;  // 8 or 4
  bool hadamard = true;
  std::optional<nm_pattern> pattern;
  prune_method method = prune_method::activation;
  std::optional<nm_pattern> state_pattern;
  bool state_group_is_layer = false;  // channels that share the kept states: the lanes of the machine, or all
};

// The weights with the four projections pruned as quantise_mamba would: for the float model with a pattern.
mamba_weights prune_projections(const mamba_model& model, const activation_record& record,
                                const nm_pattern& pattern, prune_method method, bool hadamard);

quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows,
                               const block_format& format, scan_machine& machine);

}  // namespace scansim
