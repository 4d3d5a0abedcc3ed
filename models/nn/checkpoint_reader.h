// Weights of a checkpoint by name, with the shape that the caller requires, and the sizes its metadata
// states. Contract: every defect (missing tensor, other shape, value that is not finite, layers with a gap,
// metadata that contradicts the tensors) is one input_error naming tensor or field. Choose it to load a model
// whose sizes follow from its tensors, and say with refuse_others() which tensors it has: one that is not
// computed makes another model.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/nn/checkpoint.h"
#include "models/nn/mamba_state.h"

namespace scansim {

class checkpoint_reader {
 public:
  // `from` is borrowed.
  explicit checkpoint_reader(const checkpoint& from) : from_(from) {}

  const checkpoint& from() const { return from_; }
  bool has(const std::string& name) const { return from_.find(name) != nullptr; }
  // `name` does not fit: what it is expected to be, and its shape or that there is none.
  [[noreturn]] void fail(const std::string& name, const std::string& expected) const;

  // A Mamba-1 layer has mixer.A_log (D, N): other layers, Mamba-2 among them, are named as such.
  void require_mamba1() const;
  // Every tensor is one of these: `of_model` by its whole name, `of_layer` below layer_prefix(i).
  void refuse_others(const std::vector<std::string>& of_model,
                     const std::vector<std::string>& of_layer) const;

  // The size along `axis` of a tensor that must exist with `rank` axes of at least one element.
  int64_t size_of(const std::string& name, size_t rank, size_t axis) const;

  // F32, F16, BF16 or F64 as float; the shape must be exactly this one.
  std::vector<float> read(const std::string& name, const std::vector<int64_t>& shape) const;
  Eigen::VectorXf vector(const std::string& name, int64_t size) const;
  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols) const;
  // A matrix stored with further axes: `shape` has rows * cols elements.
  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols,
                      const std::vector<int64_t>& shape) const;
  // Taps of a depthwise convolution, (D, 1, W) as PyTorch stores it, (D, W) or (D, W, 1).
  int64_t conv_taps(const std::string& name) const;
  float_matrix conv_matrix(const std::string& name, int64_t channels, int64_t taps) const;
  // A = -exp of the logarithms stored under `name`.
  std::vector<float> decay_rates(const std::string& name, int64_t channels, int64_t states) const;

  // Layers are 0..n-1 without a gap: one more than the largest index that occurs in "backbone.layers.<i>.",
  // so that a gap is found missing. At least 1.
  int64_t count_layers() const;

  // The text of the metadata key "scansim", "{}" if absent. If it has a "config", each size that is stated
  // there must be the one in `sizes`, and its norm_eps, if any, is put into `norm_eps`.
  std::string description(const std::vector<std::pair<const char*, int64_t>>& sizes,
                          std::optional<float>& norm_eps) const;

 private:
  const checkpoint_tensor& require(const std::string& name) const;
  void compare_config(const nlohmann::json& root, const std::vector<std::pair<const char*, int64_t>>& sizes,
                      std::optional<float>& norm_eps) const;

  const checkpoint& from_;
};

inline constexpr int64_t max_checkpoint_states = 256;  // N, as in a trace

std::string layer_prefix(int64_t layer);  // "backbone.layers.<i>."

}  // namespace scansim
