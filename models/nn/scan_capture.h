// Captures the selective_scan_fn call of one layer of a real model on a real text.
// Contract: batch 1, G = 1, delta without its bias, delta_softplus true; expect_y (after the z gate) and
// expect_h_last are what the float model itself computed. Tokens are ids of the model's vocabulary
// (token_file.h reads them). It writes no file: traces/scan_trace.h does.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "models/nn/mamba_model.h"
#include "traces/scan_tensors.h"

namespace scansim {

// Prefill: L = tokens.size() >= 1 from the zero state, h0 empty. std::invalid_argument if `layer` is outside
// the model or a token outside its vocabulary.
scan_tensors capture_scan(const mamba_model& model, std::span<const int32_t> tokens, int64_t layer);

// Decode: the `steps` >= 1 tokens that the model itself writes after `prefix` (>= 1 token), always the most
// probable one; L = steps, h0 = the layer's state after the prefix, options.decode = true. The first of these
// tokens is the model's prediction after the prefix.
scan_tensors capture_decode(const mamba_model& model, std::span<const int32_t> prefix, int64_t steps,
                            int64_t layer);

// The `steps` >= 1 tokens that the model writes after `prefix` (>= 1 token), always the most probable one.
std::vector<int32_t> most_probable(const mamba_model& model, std::span<const int32_t> prefix, int64_t steps);

// Decode of a given continuation: as capture_decode, but the tokens are `following` (>= 1 token).
scan_tensors capture_continuation(const mamba_model& model, std::span<const int32_t> prefix,
                                  std::span<const int32_t> following, int64_t layer);

}  // namespace scansim
