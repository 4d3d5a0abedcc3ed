// Captures one layer of a real model with the residual stream that enters and leaves it on real inputs.
// Contract: weights are those of the checkpoint, x and expect_y what the float model itself computed, no
// pattern is claimed. It writes no file: traces/trace.h does.
#pragma once
#include <cstdint>
#include <span>

#include "models/nn/mamba_model.h"
#include "models/nn/vim_model.h"
#include "traces/calls/mamba_block.h"

namespace scansim {

// The layer on `tokens` (>= 1) after `prefix`, whose state the call starts from; an empty prefix: the zero
// state, no state tensors. std::invalid_argument if `layer` is outside the model or a token outside its
// vocabulary.
mamba_block_call capture_layer(const mamba_model& model, std::span<const int32_t> prefix,
                               std::span<const int32_t> tokens, int64_t layer);

// The layer, both directions, on the tokens of one image. Errors likewise.
mamba_block_call capture_layer(const vim_model& model, std::span<const uint8_t> image, int64_t layer);

}  // namespace scansim
