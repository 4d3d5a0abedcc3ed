// Weights of a checkpoint by name, with the shape that the caller requires, and the sizes its metadata
// states. Contract: every defect (missing tensor, other shape, value that is not finite, layers with a gap,
// metadata that contradicts the tensors) is one input_error naming tensor or field. Choose it to load a model
// whose sizes follow from its tensors. Tensors that nobody asks for are ignored.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "models/nn/mamba_state.h"
#include "traces/safetensors.h"

namespace scansim {

class checkpoint_reader {
 public:
  // `file` is borrowed.
  explicit checkpoint_reader(const safetensors_file& file) : file_(file) {}

  const safetensors_file& file() const { return file_; }

  // The size along `axis` of a tensor that must exist with `rank` axes of at least one element.
  int64_t size_of(const std::string& name, size_t rank, size_t axis) const;

  // F32, F16, BF16 or F64 as float; the shape must be exactly this one.
  std::vector<float> read(const std::string& name, const std::vector<int64_t>& shape) const;
  Eigen::VectorXf vector(const std::string& name, int64_t size) const;
  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols) const;
  // A matrix stored with further axes: `shape` has rows * cols elements.
  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols,
                      const std::vector<int64_t>& shape) const;
  // A = -exp of the logarithms stored under `name`.
  std::vector<float> decay_rates(const std::string& name, int64_t channels, int64_t states) const;

  // Layers are 0..n-1 without a gap: one more than the largest index that occurs in "backbone.layers.<i>.",
  // so that a gap is found missing. At least 1.
  int64_t count_layers() const;

  // The text of the metadata key "scansim", "{}" if absent. If it has a "config", each size that is stated
  // there must be the one in `sizes`, and its norm_eps, if any, is put into `norm_eps`.
  std::string description(const std::vector<std::pair<const char*, int64_t>>& sizes, float& norm_eps) const;

 private:
  const tensor_entry& require(const std::string& name) const;
  [[noreturn]] void fail(const tensor_entry& entry, const std::string& expected) const;
  void compare_config(const nlohmann::json& root, const std::vector<std::pair<const char*, int64_t>>& sizes,
                      float& norm_eps) const;

  const safetensors_file& file_;
};

inline constexpr int64_t max_checkpoint_states = 256;  // N, as in a trace

std::string layer_prefix(int64_t layer);  // "backbone.layers.<i>."

}  // namespace scansim
