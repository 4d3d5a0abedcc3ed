// Loads Mamba-1 weights by Hugging Face's names. Every size is taken from one tensor and every other tensor
// must fit it, so that a misshaped weight is named instead of read out of bounds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "models/nn/mamba_model.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;
using sizes = std::vector<int64_t>;

constexpr int64_t max_states = 256;  // N, as in a trace
const char* const metadata_key = "scansim";
const std::string metadata_field = "__metadata__.scansim";

class weight_reader {
 public:
  explicit weight_reader(const safetensors_file& file) : file_(file) {}

  const safetensors_file& file() const { return file_; }

  // The size along `axis` of a tensor that must exist with `rank` axes of at least one element.
  int64_t size_of(const std::string& name, size_t rank, size_t axis) const {
    const tensor_entry& entry = require(name);
    bool valid = entry.shape.size() == rank;
    for (const int64_t size : entry.shape) valid = valid && size >= 1;
    if (!valid) fail(entry, fmt::format("{} axes of at least one element", rank));
    return entry.shape[axis];
  }

  std::vector<float> read(const std::string& name, const sizes& shape) const {
    const tensor_entry& entry = require(name);
    if (entry.shape != shape) fail(entry, fmt::format("shape [{}]", fmt::join(shape, ", ")));
    std::vector<float> values = file_.read_floats(entry);
    for (const float value : values) {
      if (!std::isfinite(value))
        throw input_error(file_.path(), name, "finite values", fmt::format("{}", value));
    }
    return values;
  }

  Eigen::VectorXf vector(const std::string& name, int64_t size) const {
    const std::vector<float> values = read(name, {size});
    return Eigen::Map<const Eigen::VectorXf>(values.data(), size);
  }

  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols) const {
    return matrix(name, rows, cols, {rows, cols});
  }
  float_matrix matrix(const std::string& name, int64_t rows, int64_t cols, const sizes& shape) const {
    const std::vector<float> values = read(name, shape);
    return Eigen::Map<const float_matrix>(values.data(), rows, cols);
  }

 private:
  const tensor_entry& require(const std::string& name) const {
    const tensor_entry* entry = file_.find(name);
    if (entry == nullptr) throw input_error(file_.path(), name, "a tensor of this name", "none");
    return *entry;
  }
  [[noreturn]] void fail(const tensor_entry& entry, const std::string& expected) const {
    throw input_error(file_.path(), entry.name, expected,
                      fmt::format("shape [{}]", fmt::join(entry.shape, ", ")));
  }

  const safetensors_file& file_;
};

std::string layer_prefix(int64_t layer) { return fmt::format("backbone.layers.{}.", layer); }

// Checkpoints made before the conversion to Hugging Face say "embedding".
std::string embedding_name(const safetensors_file& file) {
  const std::string before_conversion = "backbone.embedding.weight";
  return file.find(before_conversion) != nullptr ? before_conversion : "backbone.embeddings.weight";
}

// Layers are 0..n-1 without a gap: one more than the largest index that occurs, so that a gap is found
// missing.
int64_t count_layers(const safetensors_file& file) {
  const std::string prefix = "backbone.layers.";
  int64_t layers = 1;
  for (const tensor_entry& entry : file.tensors()) {
    if (!entry.name.starts_with(prefix)) continue;
    int64_t index = -1;
    const char* end = entry.name.data() + entry.name.size();
    const auto [stop, status] = std::from_chars(entry.name.data() + prefix.size(), end, index);
    if (status != std::errc() || index < 0 || stop == end || *stop != '.') {
      throw input_error(file.path(), printable(entry.name), "backbone.layers.<number>.<weight>",
                        "another name");
    }
    if (index >= layers && index >= static_cast<int64_t>(file.tensors().size())) {
      throw input_error(file.path(), printable(entry.name), "layers numbered without a gap",
                        fmt::format("layer {} among {} tensors", index, file.tensors().size()));
    }
    layers = std::max(layers, index + 1);
  }
  return layers;
}

mamba_config infer_config(const weight_reader& reader) {
  const std::string mixer = layer_prefix(0) + "mixer.";
  mamba_config config;
  config.vocab = reader.size_of(embedding_name(reader.file()), 2, 0);
  config.d_model = reader.size_of(embedding_name(reader.file()), 2, 1);
  config.d_inner = reader.size_of(mixer + "A_log", 2, 0);
  config.d_state = reader.size_of(mixer + "A_log", 2, 1);
  config.dt_rank = reader.size_of(mixer + "dt_proj.weight", 2, 1);
  config.conv = reader.size_of(mixer + "conv1d.weight", 3, 2);
  config.n_layers = count_layers(reader.file());
  config.tied = reader.file().find("lm_head.weight") == nullptr;
  if (config.d_state > max_states) {
    throw input_error(reader.file().path(), mixer + "A_log", fmt::format("at most {} states", max_states),
                      fmt::format("{}", config.d_state));
  }
  return config;
}

// Takes norm_eps from the metadata and compares the sizes stated there with those of the tensors.
void apply_metadata(const json& root, const std::string& path, mamba_config& config) {
  if (!root.is_object()) throw input_error(path, metadata_field, "an object", describe_json(root));
  const auto found = root.find("config");
  if (found == root.end()) return;
  const std::string field = metadata_field + ".config";
  if (!found->is_object()) throw input_error(path, field, "an object", describe_json(*found));
  const std::pair<const char*, int64_t> stated[] = {
      {"d_model", config.d_model}, {"n_layers", config.n_layers}, {"d_state", config.d_state},
      {"dt_rank", config.dt_rank}, {"conv", config.conv},         {"vocab", config.vocab}};
  for (const auto& [key, size] : stated) {
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
  config.norm_eps = eps->get<float>();
}

mamba_layer read_layer(const weight_reader& reader, const mamba_config& c, int64_t index) {
  const std::string mixer = layer_prefix(index) + "mixer.";
  mamba_layer layer;
  layer.norm = reader.vector(layer_prefix(index) + "norm.weight", c.d_model);
  layer.in_proj = reader.matrix(mixer + "in_proj.weight", 2 * c.d_inner, c.d_model);
  layer.conv_weight = reader.matrix(mixer + "conv1d.weight", c.d_inner, c.conv, {c.d_inner, 1, c.conv});
  layer.conv_bias = reader.vector(mixer + "conv1d.bias", c.d_inner);
  layer.x_proj = reader.matrix(mixer + "x_proj.weight", c.dt_rank + 2 * c.d_state, c.d_inner);
  layer.dt_proj = reader.matrix(mixer + "dt_proj.weight", c.d_inner, c.dt_rank);
  layer.dt_bias = reader.read(mixer + "dt_proj.bias", {c.d_inner});
  layer.a = reader.read(mixer + "A_log", {c.d_inner, c.d_state});
  for (float& a : layer.a) {
    const float log_a = a;
    a = -std::exp(log_a);
    if (!std::isfinite(a)) {
      throw input_error(reader.file().path(), mixer + "A_log", "exp(A_log) within float",
                        fmt::format("{}", log_a));
    }
  }
  layer.d = reader.read(mixer + "D", {c.d_inner});
  layer.out_proj = reader.matrix(mixer + "out_proj.weight", c.d_model, c.d_inner);
  return layer;
}

}  // namespace

mamba_weights load_mamba_weights(const std::string& path) {
  const safetensors_file file = safetensors_file::open(path);
  const weight_reader reader(file);
  mamba_weights weights;
  mamba_config& config = weights.config;
  config = infer_config(reader);
  weights.description = "{}";
  if (const auto found = file.metadata().find(metadata_key); found != file.metadata().end()) {
    apply_metadata(parse_json_strict(found->second, path, metadata_field), path, config);
    weights.description = found->second;
  }
  weights.embedding = reader.matrix(embedding_name(file), config.vocab, config.d_model);
  for (int64_t i = 0; i < config.n_layers; ++i) weights.layers.push_back(read_layer(reader, config, i));
  weights.norm_f = reader.vector("backbone.norm_f.weight", config.d_model);
  if (!config.tied) weights.lm_head = reader.matrix("lm_head.weight", config.vocab, config.d_model);
  return weights;
}

}  // namespace scansim
