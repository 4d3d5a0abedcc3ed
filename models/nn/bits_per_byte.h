// Compression measure of a byte-level model: mean of -log2 p(byte | the bytes before it in its window).
// Contract: the text is cut into windows of `context` bytes, each starting from the zero state; the bytes of
// a window predict their successors, so every byte of the text but the first is scored exactly once. Tokens
// are bytes: it does not apply to a model with another tokeniser.
#pragma once
#include <cstdint>
#include <span>

#include "models/nn/mamba_model.h"

namespace scansim {

// `text` of at least 2 bytes, `context` >= 1, a model with a vocabulary of 256; else std::invalid_argument.
double bits_per_byte(const mamba_model& model, std::span<const uint8_t> text, int64_t context);

}  // namespace scansim
