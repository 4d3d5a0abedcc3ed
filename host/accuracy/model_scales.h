// The scales of a whole Mamba language model as a JSON file, to lie beside its checkpoint: what a calibration
// has chosen, so that a run on other tokens needs none.
//   {"scales": 1, "weights_sha256", "format": {"weight_bits", "hadamard", "exp_segments", "state_bits"},
//    "calibration": {...}, "frac_residual", "frac_head", "layers": [as `scales` of a mamba_block trace]}
// Contract: a file serves the weights and number formats that it was made for and no others; everything else
// in it is an input_error with its field (host/accuracy/README.md).
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "host/accuracy/quantise_mamba.h"
#include "models/configs/design_point.h"

namespace scansim {

// `calibration`: what they were chosen on, as accuracy reports it.
std::string model_scales_text(const mamba_scales& scales, const mamba_weights& weights,
                              const layer_format& format, const design_point& point,
                              const nlohmann::json& calibration);

// Errors: input_error naming `path` and the field.
mamba_scales read_model_scales(const std::string& path, const mamba_weights& weights,
                               const layer_format& format, const design_point& point);

}  // namespace scansim
