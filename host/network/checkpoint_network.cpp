#include "host/network/checkpoint_network.h"

#include <filesystem>

#include "models/nn/cross_model.h"
#include "models/nn/mamba_model.h"
#include "models/nn/vim_model.h"

namespace scansim {
namespace {

constexpr int64_t usual_length = 2048;

// Values as stated over the usual ones of the kind.
network_layer layer_of(const char* kind, const char* name,
                       const std::vector<std::pair<const char*, int64_t>>& values, int64_t repeats = 1) {
  network_layer layer;
  layer.kind = find_layer_kind(kind);
  layer.name = name, layer.repeats = repeats;
  for (const layer_field& field : layer.kind->fields) layer.values.set(field.name, field.usual.value_or(0));
  for (const auto& [field, value] : values) layer.values.set(field, value);
  return layer;
}

network_layer last_of(network_layer layer) {
  layer.last_token = true;
  return layer;
}

template <class Config>
network_layer mamba_of(const Config& c, int64_t directions) {
  return layer_of("mamba", "mamba",
                  {{"d_model", c.d_model},
                   {"d_inner", c.d_inner},
                   {"d_state", c.d_state},
                   {"dt_rank", c.dt_rank},
                   {"conv", c.conv},
                   {"directions", directions}},
                  c.n_layers);
}

void add_language_model(const mamba_config& c, network_spec& spec) {
  spec.length = usual_length, spec.decode = true;
  spec.layers = {layer_of("embedding", "embedding", {{"vocabulary", c.vocab}, {"width", c.d_model}}),
                 mamba_of(c, 1), layer_of("norm", "final_norm", {{"channels", c.d_model}}),
                 last_of(layer_of("linear", "lm_head", {{"inputs", c.d_model}, {"outputs", c.vocab}}))};
}

// The row of the class token in the patch embedding is one too many, as in models/workloads.
void add_vim(const vim_config& c, network_spec& spec) {
  spec.length = c.tokens();
  spec.layers = {layer_of("linear", "patch_embed", {{"inputs", c.patch * c.patch}, {"outputs", c.d_model}}),
                 mamba_of(c, 2), layer_of("norm", "final_norm", {{"channels", c.d_model}}),
                 last_of(layer_of("linear", "head", {{"inputs", c.d_model}, {"outputs", c.classes}}))};
}

void add_cross(const cross_config& c, network_spec& spec) {
  spec.length = c.tokens();
  spec.layers = {layer_of("linear", "patch_embed", {{"inputs", c.patch * c.patch}, {"outputs", c.d_model}}),
                 layer_of("ss2d", "ss2d",
                          {{"d_model", c.d_model},
                           {"d_inner", c.d_inner},
                           {"d_state", c.d_state},
                           {"dt_rank", c.dt_rank},
                           {"conv", c.conv},
                           {"norm", static_cast<int64_t>(norm_kind::rms_norm)},
                           {"out_norm", 2}},  // rms_norm
                          c.n_layers),
                 layer_of("norm", "final_norm", {{"channels", c.d_model}}),
                 last_of(layer_of("linear", "head", {{"inputs", c.d_model}, {"outputs", c.classes}}))};
}

}  // namespace

bool is_checkpoint_path(const std::string& name_or_path) {
  std::error_code ignored;
  return name_or_path.ends_with(".safetensors") || name_or_path.ends_with(".json") ||
         (name_or_path.find('/') != std::string::npos &&
          std::filesystem::is_directory(name_or_path, ignored));
}

network_spec network_of_checkpoint(const std::string& path) {
  network_spec spec;
  spec.file = path;
  std::filesystem::path place = std::filesystem::path(path).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  spec.name = place.stem().string();
  spec.title = "a checkpoint", spec.source = "the shapes of its tensors";
  if (is_cross_checkpoint(path))
    add_cross(load_cross_weights(path).config, spec);
  else if (is_vim_checkpoint(path))
    add_vim(load_vim_weights(path).config, spec);
  else
    add_language_model(load_mamba_weights(path).config, spec);
  return spec;
}

}  // namespace scansim
