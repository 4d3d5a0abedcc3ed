// Loads Mamba-1 weights by Hugging Face's names. Every size is taken from one tensor and every other tensor
// must fit it, so that a misshaped weight is named instead of read out of bounds.
#include "models/nn/checkpoint_reader.h"
#include "models/nn/mamba_model.h"

namespace scansim {
namespace {

// Checkpoints made before the conversion to Hugging Face say "embedding".
std::string embedding_name(const safetensors_file& file) {
  const std::string before_conversion = "backbone.embedding.weight";
  return file.find(before_conversion) != nullptr ? before_conversion : "backbone.embeddings.weight";
}

mamba_config infer_mamba_config(const checkpoint_reader& reader) {
  const std::string mixer = layer_prefix(0) + "mixer.";
  mamba_config config;
  config.vocab = reader.size_of(embedding_name(reader.file()), 2, 0);
  config.d_model = reader.size_of(embedding_name(reader.file()), 2, 1);
  config.d_inner = reader.size_of(mixer + "A_log", 2, 0);
  config.d_state = reader.size_of(mixer + "A_log", 2, 1);
  config.dt_rank = reader.size_of(mixer + "dt_proj.weight", 2, 1);
  config.conv = reader.size_of(mixer + "conv1d.weight", 3, 2);
  config.n_layers = reader.count_layers();
  config.tied = reader.file().find("lm_head.weight") == nullptr;
  return config;
}

mamba_layer read_layer(const checkpoint_reader& reader, const mamba_config& c, int64_t index) {
  const std::string mixer = layer_prefix(index) + "mixer.";
  mamba_layer layer;
  layer.norm = reader.vector(layer_prefix(index) + "norm.weight", c.d_model);
  layer.in_proj = reader.matrix(mixer + "in_proj.weight", 2 * c.d_inner, c.d_model);
  layer.conv_weight = reader.matrix(mixer + "conv1d.weight", c.d_inner, c.conv, {c.d_inner, 1, c.conv});
  layer.conv_bias = reader.vector(mixer + "conv1d.bias", c.d_inner);
  layer.x_proj = reader.matrix(mixer + "x_proj.weight", c.dt_rank + 2 * c.d_state, c.d_inner);
  layer.dt_proj = reader.matrix(mixer + "dt_proj.weight", c.d_inner, c.dt_rank);
  layer.dt_bias = reader.read(mixer + "dt_proj.bias", {c.d_inner});
  layer.a = reader.decay_rates(mixer + "A_log", c.d_inner, c.d_state);
  layer.d = reader.read(mixer + "D", {c.d_inner});
  layer.out_proj = reader.matrix(mixer + "out_proj.weight", c.d_model, c.d_inner);
  return layer;
}

}  // namespace

mamba_weights load_mamba_weights(const std::string& path) {
  const safetensors_file file = safetensors_file::open(path);
  const checkpoint_reader reader(file);
  mamba_weights weights;
  mamba_config& config = weights.config;
  config = infer_mamba_config(reader);
  weights.description = reader.description({{"d_model", config.d_model},
                                            {"n_layers", config.n_layers},
                                            {"d_state", config.d_state},
                                            {"dt_rank", config.dt_rank},
                                            {"conv", config.conv},
                                            {"vocab", config.vocab}},
                                           config.norm_eps);
  weights.embedding = reader.matrix(embedding_name(file), config.vocab, config.d_model);
  for (int64_t i = 0; i < config.n_layers; ++i) weights.layers.push_back(read_layer(reader, config, i));
  weights.norm_f = reader.vector("backbone.norm_f.weight", config.d_model);
  if (!config.tied) weights.lm_head = reader.matrix("lm_head.weight", config.vocab, config.d_model);
  return weights;
}

}  // namespace scansim
