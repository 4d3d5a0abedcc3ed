// config.json beside a checkpoint, as Hugging Face and mamba_ssm write it: what it states must be what is
// computed here: Mamba-1 with RMSNorm, silu, no biases but those of the convolution and dt_proj, steps
// without limits, one residual stream in single precision. Contract: a key that says otherwise is an
// input_error of that file, sizes are those of the tensors, keys that change nothing (initial values, caches,
// token ids) are passed over; without the file every question has no answer.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/nn/cross_config.h"
#include "models/nn/mamba_config.h"
#include "models/nn/vim_config.h"

namespace scansim {

class model_config {
 public:
  // A file that is there must be a JSON object; NaN and Infinity, which Python writes, are taken as texts.
  // `note` stands behind every refusal.
  explicit model_config(const std::string& path, std::string note = "");

  // model_type and architectures, where they are stated.
  void check_kind(const std::vector<std::string>& types, const std::vector<std::string>& architectures) const;
  void check_sizes(const mamba_config& sizes) const;
  void check_sizes(const vim_config& sizes) const;
  void check_sizes(const cross_config& sizes) const;
  void check_computed() const;

  // The key that says so; empty: none.
  std::string without_conv_bias() const;
  std::optional<bool> tied_embeddings() const;
  // The epsilon of the norms; `stated` elsewhere must be the same. nullopt: nowhere.
  std::optional<float> norm_eps(const std::optional<float>& stated) const;

  [[noreturn]] void fail(const std::string& key, const std::string& expected) const;

 private:
  // In the file or in its "ssm_cfg"; nullptr: not stated, or null.
  const nlohmann::json* find(const std::string& key) const;
  void require_size(const std::string& key, int64_t size) const;
  void check_layer_sizes(int64_t model, int64_t inner, int64_t states, int64_t rank, int64_t conv,
                         int64_t layers) const;
  void check_vocabulary(int64_t rows) const;
  void check_limits(const std::string& key) const;
  void check_residual() const;

  std::string path_, note_;
  nlohmann::json root_ = nlohmann::json::object();
};

}  // namespace scansim
