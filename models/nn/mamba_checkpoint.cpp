// Loads Mamba-1 weights by Hugging Face's names. Every size is taken from one tensor and every other tensor
// must fit it, so that a misshaped weight is named instead of read out of bounds.
#include <fmt/format.h>

#include <optional>

#include "models/nn/checkpoint_reader.h"
#include "models/nn/mamba_model.h"
#include "models/nn/model_config.h"

namespace scansim {
namespace {

const std::vector<std::string> names_of_mamba_layer = {
    "norm.weight",          "mixer.in_proj.weight", "mixer.conv1d.weight",
    "mixer.conv1d.bias",    "mixer.x_proj.weight",  "mixer.dt_proj.weight",
    "mixer.dt_proj.bias",   "mixer.A_log",          "mixer.D",
    "mixer.out_proj.weight"};

const std::string embeddings = "backbone.embeddings.weight", head = "lm_head.weight";
const std::string before_conversion = "backbone.embedding.weight";

// Checkpoints made before the conversion to Hugging Face say "embedding".
std::string embedding_name(const checkpoint_reader& reader) {
  if (!reader.has(before_conversion)) return embeddings;
  if (reader.has(embeddings)) reader.fail(before_conversion, "one embedding");
  return before_conversion;
}

mamba_config infer_mamba_config(const checkpoint_reader& reader) {
  const std::string mixer = layer_prefix(0) + "mixer.";
  mamba_config config;
  config.vocab = reader.size_of(embedding_name(reader), 2, 0);
  config.d_model = reader.size_of(embedding_name(reader), 2, 1);
  config.d_inner = reader.size_of(mixer + "A_log", 2, 0);
  config.d_state = reader.size_of(mixer + "A_log", 2, 1);
  // A turned A_log is named, not the tensors that it does not fit.
  if (const int64_t skip = reader.size_of(mixer + "D", 1, 0);
      config.d_inner != skip && config.d_state == skip)
    reader.fail(mixer + "A_log", fmt::format("(D, N), where D is {} as in mixer.D", skip));
  config.dt_rank = reader.size_of(mixer + "dt_proj.weight", 2, 1);
  config.conv = reader.conv_taps(mixer + "conv1d.weight");
  config.n_layers = reader.count_layers();
  config.tied = !reader.has(head);
  return config;
}

mamba_layer read_layer(const checkpoint_reader& reader, const mamba_config& c, int64_t index,
                       bool without_bias) {
  const std::string mixer = layer_prefix(index) + "mixer.";
  mamba_layer layer;
  layer.norm = reader.vector(layer_prefix(index) + "norm.weight", c.d_model);
  layer.in_proj = reader.matrix(mixer + "in_proj.weight", 2 * c.d_inner, c.d_model);
  layer.conv_weight = reader.conv_matrix(mixer + "conv1d.weight", c.d_inner, c.conv);
  layer.conv_bias =
      without_bias ? Eigen::VectorXf::Zero(c.d_inner) : reader.vector(mixer + "conv1d.bias", c.d_inner);
  layer.x_proj = reader.matrix(mixer + "x_proj.weight", c.dt_rank + 2 * c.d_state, c.d_inner);
  layer.dt_proj = reader.matrix(mixer + "dt_proj.weight", c.d_inner, c.dt_rank);
  layer.dt_bias = reader.read(mixer + "dt_proj.bias", {c.d_inner});
  layer.a = reader.decay_rates(mixer + "A_log", c.d_inner, c.d_state);
  layer.d = reader.read(mixer + "D", {c.d_inner});
  layer.out_proj = reader.matrix(mixer + "out_proj.weight", c.d_model, c.d_inner);
  return layer;
}

// What config.json says beside the sizes. An embedding that the head repeats is tied, whatever is stored.
void check_head(const checkpoint_reader& reader, const model_config& stated, const mamba_config& c) {
  const std::optional<bool> tied = stated.tied_embeddings();
  if (!tied) return;
  if (!*tied && c.tied) stated.fail("tie_word_embeddings", "true, as the checkpoint has no lm_head.weight");
  if (*tied && !c.tied &&
      reader.matrix(head, c.vocab, c.d_model) != reader.matrix(embedding_name(reader), c.vocab, c.d_model))
    stated.fail("tie_word_embeddings", "false, as lm_head.weight is not the embedding");
}

void check_stated(const checkpoint_reader& reader, const model_config& stated, const mamba_config& c) {
  stated.check_kind({"mamba"}, {"MambaForCausalLM", "MambaModel", "MambaLMHeadModel"});
  stated.check_sizes(c);
  stated.check_computed();
  check_head(reader, stated, c);
  const std::string bias = layer_prefix(0) + "mixer.conv1d.bias";
  if (const std::string key = stated.without_conv_bias(); !key.empty() && reader.has(bias))
    stated.fail(key, "true, as " + bias + " is there");
}

}  // namespace

mamba_weights load_mamba_weights(const std::string& path) {
  const checkpoint from = checkpoint::open(path);
  const checkpoint_reader reader(from);
  reader.require_mamba1();
  mamba_weights weights;
  mamba_config& config = weights.config;
  config = infer_mamba_config(reader);
  reader.refuse_others({embeddings, before_conversion, "backbone.norm_f.weight", head}, names_of_mamba_layer);
  std::optional<float> norm_eps;
  weights.description = reader.description({{"d_model", config.d_model},
                                            {"n_layers", config.n_layers},
                                            {"d_state", config.d_state},
                                            {"dt_rank", config.dt_rank},
                                            {"conv", config.conv},
                                            {"vocab", config.vocab}},
                                           norm_eps);
  const model_config stated(from.config_path(), from.shard_note());
  check_stated(reader, stated, config);
  config.norm_eps = stated.norm_eps(norm_eps).value_or(config.norm_eps);
  weights.embedding = reader.matrix(embedding_name(reader), config.vocab, config.d_model);
  for (int64_t i = 0; i < config.n_layers; ++i)
    weights.layers.push_back(read_layer(reader, config, i, !stated.without_conv_bias().empty()));
  weights.norm_f = reader.vector("backbone.norm_f.weight", config.d_model);
  if (!config.tied) weights.lm_head = reader.matrix(head, config.vocab, config.d_model);
  return weights;
}

}  // namespace scansim
