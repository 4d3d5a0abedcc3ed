// What a language model is scored on and what its scales, pruning and kept states are chosen on, which is
// never scored: the bytes of models/nn/heldout.txt (its first 65,536, or fewer; windows of the rest), or
// token ids of a user's file (--tokens; all but the last quarter of it, or all where --calibration names
// another one, or where nothing is chosen). Contract: every id is below the vocabulary. Errors: input_error
// naming the option or the file and its element.
#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "host/accuracy/accuracy_models.h"
#include "models/nn/mamba_config.h"

namespace scansim {

struct scored_tokens {
  std::vector<int32_t> scored, calibration;
  size_t windows = 0;  // of the calibration, at most
  int64_t context = 0;
  const char* metric = "";
  nlohmann::json details;
};

scored_tokens heldout_bytes(const accuracy_request& request, const std::string& model, int64_t vocabulary);
scored_tokens tokens_of_files(const accuracy_request& request, const mamba_config& config);

}  // namespace scansim
