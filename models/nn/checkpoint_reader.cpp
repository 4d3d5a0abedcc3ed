#include "models/nn/checkpoint_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "traces/input_error.h"
#include "traces/sizes_text.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

const char* const metadata_key = "scansim";
const std::string metadata_field = "__metadata__.scansim";
const std::string layers_prefix = "backbone.layers.";

bool is_of_mixer(const std::string& name, const std::string& weight) {
  const size_t at =
      name.starts_with(layers_prefix) ? name.find(".mixer.", layers_prefix.size()) : std::string::npos;
  return at != std::string::npos && (weight.empty() || name.substr(at + 7) == weight);
}

// Why a tensor that is not known cannot be passed over.
std::string what_it_does(const std::string& name) {
  if (name.ends_with("_proj.bias")) return " (biases of the projections, use_bias, are not computed)";
  if (name.ends_with("norm.bias") || name.ends_with("norm_f.bias"))
    return " (norms here are RMSNorm, without bias)";
  if (name.find(".mixer.") != std::string::npos &&
      (name.find("norm") != std::string::npos || name.find("rms") != std::string::npos))
    return " (norms inside a layer are not computed)";
  return "";
}

}  // namespace

std::string layer_prefix(int64_t layer) { return fmt::format("{}{}.", layers_prefix, layer); }

const checkpoint_tensor& checkpoint_reader::require(const std::string& name) const {
  const checkpoint_tensor* tensor = from_.find(name);
  if (tensor == nullptr)
    throw input_error(from_.path(), from_.stored_name(name), "a tensor of this name", "none")
        .explained(from_.shard_note());
  return *tensor;
}

void checkpoint_reader::fail(const std::string& name, const std::string& expected) const {
  const checkpoint_tensor& tensor = require(name);
  throw input_error(tensor.file->path(), printable(tensor.entry->name), expected,
                    fmt::format("shape {}", sizes_text(tensor.entry->shape)));
}

int64_t checkpoint_reader::size_of(const std::string& name, size_t rank, size_t axis) const {
  const std::vector<int64_t>& shape = require(name).entry->shape;
  bool valid = shape.size() == rank;
  for (const int64_t size : shape) valid = valid && size >= 1;
  if (!valid) fail(name, fmt::format("{} axes of at least one element", rank));
  return shape[axis];
}

std::vector<float> checkpoint_reader::read(const std::string& name, const std::vector<int64_t>& shape) const {
  const checkpoint_tensor& tensor = require(name);
  if (tensor.entry->shape != shape) fail(name, "shape " + sizes_text(shape));
  std::vector<float> values = tensor.file->read_floats(*tensor.entry);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw input_error(tensor.file->path(), tensor.entry->name + index_text(static_cast<int64_t>(i), shape),
                        "a finite value", fmt::format("{}", values[i]));
  }
  return values;
}

Eigen::VectorXf checkpoint_reader::vector(const std::string& name, int64_t size) const {
  const std::vector<float> values = read(name, {size});
  return Eigen::Map<const Eigen::VectorXf>(values.data(), size);
}

float_matrix checkpoint_reader::matrix(const std::string& name, int64_t rows, int64_t cols) const {
  return matrix(name, rows, cols, {rows, cols});
}

float_matrix checkpoint_reader::matrix(const std::string& name, int64_t rows, int64_t cols,
                                       const std::vector<int64_t>& shape) const {
  const std::vector<float> values = read(name, shape);
  return Eigen::Map<const float_matrix>(values.data(), rows, cols);
}

int64_t checkpoint_reader::conv_taps(const std::string& name) const {
  const std::vector<int64_t>& shape = require(name).entry->shape;
  const bool flat = shape.size() == 2;
  if (!flat && !(shape.size() == 3 && (shape[1] == 1 || shape[2] == 1)))
    fail(name, "(D, 1, W), the weights of a depthwise convolution");
  const int64_t taps = flat || shape[2] != 1 ? shape[shape.size() - 1] : shape[1];
  if (taps < 1) fail(name, "at least one tap");
  return taps;
}

float_matrix checkpoint_reader::conv_matrix(const std::string& name, int64_t channels, int64_t taps) const {
  const std::vector<int64_t>& shape = require(name).entry->shape;
  if (shape[0] != channels) fail(name, fmt::format("({0}, 1, W), for {0} channels", channels));
  if (conv_taps(name) != taps) fail(name, fmt::format("shape [{}, 1, {}]", channels, taps));
  return matrix(name, channels, taps,
                shape.size() == 2 ? std::vector{channels, taps}
                : shape[1] == 1   ? std::vector<int64_t>{channels, 1, taps}
                                  : std::vector<int64_t>{channels, taps, 1});
}

std::vector<float> checkpoint_reader::decay_rates(const std::string& name, int64_t channels,
                                                  int64_t states) const {
  if (states > max_checkpoint_states) {
    throw input_error(from_.path(), from_.stored_name(name),
                      fmt::format("at most {} states", max_checkpoint_states), fmt::format("{}", states));
  }
  std::vector<float> rates = read(name, {channels, states});
  for (size_t i = 0; i < rates.size(); ++i) {
    const float log_a = rates[i];
    rates[i] = -std::exp(log_a);
    if (!std::isfinite(rates[i]))
      throw input_error(from_.path(),
                        from_.stored_name(name) + index_text(static_cast<int64_t>(i), {channels, states}),
                        "exp(A_log) within float", fmt::format("{}", log_a));
  }
  return rates;
}

int64_t checkpoint_reader::count_layers() const {
  int64_t layers = 1;
  const auto tensors = static_cast<int64_t>(from_.tensors().size());
  for (const checkpoint_tensor& tensor : from_.tensors()) {
    if (!tensor.name.starts_with(layers_prefix)) continue;
    int64_t index = -1;
    const char* end = tensor.name.data() + tensor.name.size();
    const auto [stop, status] = std::from_chars(tensor.name.data() + layers_prefix.size(), end, index);
    const bool number = status == std::errc() && index >= 0 && stop != end && *stop == '.';
    if (!number || !tensor.name.starts_with(layer_prefix(index))) {
      throw input_error(tensor.file->path(), printable(tensor.entry->name),
                        from_.stored_name(layers_prefix) + "<number>.<weight>", "another name");
    }
    if (index >= layers && index >= tensors) {
      throw input_error(tensor.file->path(), printable(tensor.entry->name), "layers numbered without a gap",
                        fmt::format("layer {} among {} tensors", index, tensors));
    }
    layers = std::max(layers, index + 1);
  }
  return layers;
}

void checkpoint_reader::require_mamba1() const {
  bool mixers = false;
  for (const checkpoint_tensor& tensor : from_.tensors()) {
    mixers = mixers || is_of_mixer(tensor.name, "");
    const bool of_heads = is_of_mixer(tensor.name, "A_log") && tensor.entry->shape.size() == 1;
    if (of_heads || is_of_mixer(tensor.name, "dt_bias"))
      throw input_error(tensor.file->path(), printable(tensor.entry->name),
                        "a Mamba-1 layer (A_log of shape (D, N))",
                        fmt::format("a Mamba-2 layer, which does not run here: shape {}, one value a head",
                                    sizes_text(tensor.entry->shape)));
  }
  if (mixers) return;
  const auto first_with = [&](const char* part) {
    return std::find_if(from_.tensors().begin(), from_.tensors().end(),
                        [&](const auto& tensor) { return tensor.name.find(part) != std::string::npos; });
  };
  const auto any = first_with("A_log") != from_.tensors().end() ? first_with("A_log") : first_with("layers.");
  if (any != from_.tensors().end() && !any->name.starts_with(layers_prefix))
    throw input_error(from_.path(), layer_prefix(0) + "mixer.A_log",
                      "a Mamba-1 model (names of Hugging Face, after \"backbone.\", \"model.\" or nothing)",
                      "none; " + printable(any->entry->name) + " is there");
}

void checkpoint_reader::refuse_others(const std::vector<std::string>& of_model,
                                      const std::vector<std::string>& of_layer) const {
  const auto lists = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const checkpoint_tensor& tensor : from_.tensors()) {
    const bool in_layer = tensor.name.starts_with(layers_prefix);
    const size_t number = in_layer ? tensor.name.find('.', layers_prefix.size()) : std::string::npos;
    if (in_layer ? lists(of_layer, tensor.name.substr(number + 1)) : lists(of_model, tensor.name)) continue;
    throw input_error(tensor.file->path(), printable(tensor.entry->name),
                      in_layer ? fmt::format("only {} in a layer", fmt::join(of_layer, ", "))
                               : fmt::format("only layers and {}", fmt::join(of_model, ", ")),
                      "another tensor" + what_it_does(tensor.name));
  }
}

void checkpoint_reader::compare_config(const json& root,
                                       const std::vector<std::pair<const char*, int64_t>>& sizes,
                                       std::optional<float>& norm_eps) const {
  const std::string& path = from_.path();
  if (!root.is_object()) throw input_error(path, metadata_field, "an object", describe_json(root));
  const auto found = root.find("config");
  if (found == root.end()) return;
  const std::string field = metadata_field + ".config";
  if (!found->is_object()) throw input_error(path, field, "an object", describe_json(*found));
  for (const auto& [key, size] : sizes) {
    const auto value = found->find(key);
    if (value != found->end() && *value != json(size)) {
      throw input_error(path, field + "." + key, fmt::format("{} as in the tensors", size),
                        describe_json(*value));
    }
  }
  const auto eps = found->find("norm_eps");
  if (eps == found->end()) return;
  if (!eps->is_number() || !(eps->get<double>() > 0) || !(eps->get<double>() < 1)) {
    throw input_error(path, field + ".norm_eps", "a number between 0 and 1", describe_json(*eps));
  }
  norm_eps = eps->get<float>();
}

std::string checkpoint_reader::description(const std::vector<std::pair<const char*, int64_t>>& sizes,
                                           std::optional<float>& norm_eps) const {
  const auto found = from_.metadata().find(metadata_key);
  if (found == from_.metadata().end()) return "{}";
  compare_config(parse_json_strict(found->second, from_.path(), metadata_field), sizes, norm_eps);
  return found->second;
}

}  // namespace scansim
