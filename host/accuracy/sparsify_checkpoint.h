// Prunes the projections of a Mamba or Vision Mamba checkpoint to N:M and writes a checkpoint that loads as
// before.
// Contract: every tensor keeps its dtype and every kept weight its bits; pruned ones are zero. The metadata
// key "scansim" gains "sparsity": where the weights come from and how they were pruned; all other metadata
// stay. The report tells each tensor's storage compressed, its relative weight error |w - w'| / |w| and, with
// calibration text, the relative error of its output |x w^T - x w'^T| / |x w^T|. It prunes w as stored: a
// projection that later takes in a Hadamard matrix is to be pruned after that (prune_projections.h). A Vision
// Mamba is pruned by magnitude only.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/sparsity/nm_compress.h"
#include "traces/nm_prune.h"
#include "traces/safetensors.h"

namespace scansim {

struct sparsify_request {
  std::string model;  // checkpoint path
  nm_pattern pattern;
  nm_side side = nm_side::inputs;
  prune_method method = prune_method::magnitude;
  std::string text;             // path of calibration text, bytes as tokens; empty: none
  std::string tokens;           // in its place: path of token ids (token_file.h)
  std::vector<int64_t> layers;  // empty: all
  std::string out;
};

struct sparsified_tensor {
  std::string name;
  std::vector<int64_t> shape;
  int64_t nonzeros = 0;
  nm_storage storage_w8, storage_w4;
  double relative_weight_error = 0;
  std::optional<double> relative_output_error;
};

// Hands the pruned checkpoint to `write`; without one it is written to request.out. Errors: input_error
// naming the option, or file and tensor; tool_error if it cannot be written.
std::vector<sparsified_tensor> sparsify_checkpoint(
    const sparsify_request& request, const std::function<void(const safetensors_writer&)>& write = {});

nlohmann::json sparsify_report(const sparsify_request& request,
                               const std::vector<sparsified_tensor>& tensors);

}  // namespace scansim
