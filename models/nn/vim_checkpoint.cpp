// Loads Vision Mamba weights. As in mamba_checkpoint.cpp every size is taken from one tensor and every other
// tensor must fit it.
#include <fmt/format.h>

#include <optional>

#include "models/nn/checkpoint_reader.h"
#include "models/nn/cross_model.h"
#include "models/nn/model_config.h"
#include "models/nn/vim_model.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

const std::string patch_name = "backbone.patch_embed.weight";
const std::string position_name = "backbone.pos_embed";
constexpr int64_t max_image = 4096;

// The side of the image: position_name has one row for each of (image / patch)^2 patches and the class token.
int64_t image_side(const checkpoint_reader& reader, int64_t patch) {
  const int64_t tokens = reader.size_of(position_name, 2, 0);
  for (int64_t side = 1; side * patch <= max_image && side * side < tokens; ++side) {
    if (side * side == tokens - 1) return side * patch;
  }
  throw input_error(
      reader.from().path(), position_name,
      fmt::format("a square number of patches, images of at most {0}x{0}, and the class token", max_image),
      fmt::format("{} tokens", tokens));
}

vim_config infer_vim_config(const checkpoint_reader& reader) {
  const std::string mixer = layer_prefix(0) + "mixer.";
  vim_config config;
  config.d_model = reader.size_of(patch_name, 4, 0);
  config.patch = reader.size_of(patch_name, 4, 2);
  if (config.patch > max_image) {
    throw input_error(reader.from().path(), patch_name, fmt::format("patches of at most {0}x{0}", max_image),
                      fmt::format("{}", config.patch));
  }
  config.image = image_side(reader, config.patch);
  config.d_inner = reader.size_of(mixer + "A_log", 2, 0);
  config.d_state = reader.size_of(mixer + "A_log", 2, 1);
  config.dt_rank = reader.size_of(mixer + "dt_proj.weight", 2, 1);
  config.conv = reader.conv_taps(mixer + "conv1d.weight");
  config.classes = reader.size_of("head.weight", 2, 0);
  config.n_layers = reader.count_layers();
  return config;
}

vim_branch read_branch(const checkpoint_reader& reader, const vim_config& c, const std::string& mixer,
                       const std::string& suffix) {
  const std::string conv = mixer + "conv1d" + suffix, dt_proj = mixer + "dt_proj" + suffix;
  vim_branch branch;
  branch.conv_weight = reader.conv_matrix(conv + ".weight", c.d_inner, c.conv);
  branch.conv_bias = reader.vector(conv + ".bias", c.d_inner);
  branch.x_proj = reader.matrix(mixer + "x_proj" + suffix + ".weight", c.dt_rank + 2 * c.d_state, c.d_inner);
  branch.dt_proj = reader.matrix(dt_proj + ".weight", c.d_inner, c.dt_rank);
  branch.dt_bias = reader.read(dt_proj + ".bias", {c.d_inner});
  branch.a = reader.decay_rates(mixer + "A_log" + suffix, c.d_inner, c.d_state);
  branch.d = reader.read(mixer + "D" + suffix, {c.d_inner});
  return branch;
}

vim_layer read_layer(const checkpoint_reader& reader, const vim_config& c, int64_t index) {
  const std::string mixer = layer_prefix(index) + "mixer.";
  vim_layer layer;
  layer.norm = reader.vector(layer_prefix(index) + "norm.weight", c.d_model);
  layer.in_proj = reader.matrix(mixer + "in_proj.weight", 2 * c.d_inner, c.d_model);
  layer.branches = {read_branch(reader, c, mixer, ""), read_branch(reader, c, mixer, "_b")};
  layer.out_proj = reader.matrix(mixer + "out_proj.weight", c.d_model, c.d_inner);
  return layer;
}

// A direction's own, then what both share.
std::vector<std::string> names_of_vim_layer() {
  std::vector<std::string> names = {"norm.weight", "mixer.in_proj.weight", "mixer.out_proj.weight"};
  for (const std::string suffix : {"", "_b"}) {
    for (const char* weight : {"conv1d", "dt_proj"})
      for (const char* part : {".weight", ".bias"})
        names.push_back(fmt::format("mixer.{}{}{}", weight, suffix, part));
    for (const std::string& weight : {"x_proj" + suffix + ".weight", "A_log" + suffix, "D" + suffix})
      names.push_back("mixer." + weight);
  }
  return names;
}

}  // namespace

bool is_vim_checkpoint(const std::string& path) {
  return checkpoint::open(path).find(patch_name) != nullptr && !is_cross_checkpoint(path);
}

vim_weights load_vim_weights(const std::string& path) {
  const checkpoint from = checkpoint::open(path);
  const checkpoint_reader reader(from);
  reader.require_mamba1();
  vim_weights weights;
  vim_config& c = weights.config;
  c = infer_vim_config(reader);
  reader.refuse_others({patch_name, "backbone.patch_embed.bias", "backbone.cls_token", position_name,
                        "backbone.norm_f.weight", "head.weight", "head.bias"},
                       names_of_vim_layer());
  std::optional<float> norm_eps;
  weights.description = reader.description({{"d_model", c.d_model},
                                            {"n_layers", c.n_layers},
                                            {"d_state", c.d_state},
                                            {"dt_rank", c.dt_rank},
                                            {"conv", c.conv},
                                            {"image", c.image},
                                            {"patch", c.patch},
                                            {"classes", c.classes}},
                                           norm_eps);
  const model_config stated(from.config_path(), from.shard_note());
  stated.check_kind({"vim", "vision_mamba"}, {});
  stated.check_sizes(c);
  stated.check_computed();
  c.norm_eps = stated.norm_eps(norm_eps).value_or(c.norm_eps);
  weights.patch_embed =
      reader.matrix(patch_name, c.d_model, c.patch * c.patch, {c.d_model, 1, c.patch, c.patch});
  weights.patch_bias = reader.vector("backbone.patch_embed.bias", c.d_model);
  weights.cls_token = reader.vector("backbone.cls_token", c.d_model);
  weights.pos_embed = reader.matrix(position_name, c.tokens(), c.d_model);
  for (int64_t i = 0; i < c.n_layers; ++i) weights.layers.push_back(read_layer(reader, c, i));
  weights.norm_f = reader.vector("backbone.norm_f.weight", c.d_model);
  weights.head = reader.matrix("head.weight", c.classes, c.d_model);
  weights.head_bias = reader.vector("head.bias", c.classes);
  return weights;
}

}  // namespace scansim
