// Compression measure of a byte-level model: mean of -log2 p(byte | the bytes before it in its window).
// Contract: the text is cut into windows of `context` bytes, each starting from the zero state; the bytes of
// a window predict their successors, so every byte of the text but the first is scored exactly once. Tokens
// are bytes: it does not apply to a model with another tokeniser.
#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "models/nn/mamba_model.h"

namespace scansim {

// `text` of at least 2 bytes, `context` >= 1, a model with a vocabulary of 256; else std::invalid_argument.
double bits_per_byte(const mamba_model& model, std::span<const uint8_t> text, int64_t context);

// The same for any model: `logits(tokens, worker)` gives (L, 256) for one window from the zero state and is
// called from `workers` >= 1 threads at once, each with its own number. The result does not depend on
// `workers`.
using window_logits = std::function<float_matrix(std::span<const int32_t> tokens, int worker)>;
double bits_per_byte(const window_logits& logits, std::span<const uint8_t> text, int64_t context,
                     int workers);

}  // namespace scansim
