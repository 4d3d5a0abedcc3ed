// Compression measure of a language model: mean of -log2 p(token | the tokens before it in its window); 2 to
// that power is the perplexity. Contract: the text is cut into windows of `context` tokens, each starting
// from the zero state; the tokens of a window predict their successors, so every token of the text but the
// first is scored exactly once. Bits per byte are those of a byte-level model and of no other.
#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "models/nn/mamba_model.h"

namespace scansim {

// `text` of at least 2 bytes, `context` >= 1, a model with a vocabulary of 256; else std::invalid_argument.
double bits_per_byte(const mamba_model& model, std::span<const uint8_t> text, int64_t context);

// The same for any model: `logits(tokens, worker)` gives (L, vocabulary) for one window from the zero state
// and is called from `workers` >= 1 threads at once, each with its own number. The result does not depend on
// `workers`. Ids of `tokens` are below the vocabulary.
using window_logits = std::function<float_matrix(std::span<const int32_t> tokens, int worker)>;
double bits_per_token(const window_logits& logits, std::span<const int32_t> tokens, int64_t context,
                      int workers);
double bits_per_byte(const window_logits& logits, std::span<const uint8_t> text, int64_t context,
                     int workers);

}  // namespace scansim
