// What each tensor's rounding costs a model: the float model with that tensor alone rounded as in the
// quantised model, and with all tensors rounded but that one. Contract: rounding is simulated in float
// (quantise, then back), so the integer arithmetic of the scan and of the nonlinear functions is not in these
// figures; the row "all" against the integer model shows what it adds. Choose it to find out which tensor
// needs a better scale. Costs two passes of the text per tensor.
#pragma once
#include "host/accuracy/quantised_mamba.h"
#include "models/nn/activation_record.h"

namespace scansim {

struct ablation_row {
  std::string quantiser;
  double alone = 0, all_but_it = 0;  // bits per token
};

// `quantised` was made from `model` without patterns. First row: "none" (alone: float, all_but_it: all
// rounded).
std::vector<ablation_row> ablate_quantisers(const mamba_model& model, const quantised_mamba& quantised,
                                            const activation_record& record, std::span<const int32_t> text,
                                            int64_t context, int workers);

}  // namespace scansim
