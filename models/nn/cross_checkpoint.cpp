// Loads the weights of a cross-scanning vision model. As in vim_checkpoint.cpp every size is taken from one
// tensor and every other tensor must fit it; the images' size alone is stated.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "models/nn/checkpoint_reader.h"
#include "models/nn/cross_model.h"
#include "models/nn/model_config.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

const std::string patch_tensor = "backbone.patch_embed.weight";
constexpr int64_t largest_image = 4096;
constexpr auto directions = static_cast<int64_t>(cross_directions);

// D of A_logs, whose rows are those of all directions.
int64_t inner_size(const checkpoint_reader& reader, const std::string& name) {
  const int64_t rows = reader.size_of(name, 2, 0);
  if (rows % directions != 0) reader.fail(name, fmt::format("D rows for each of {} directions", directions));
  return rows / directions;
}

// Taps along each side of the depthwise convolution.
int64_t kernel_size(const checkpoint_reader& reader, const std::string& name) {
  const int64_t size = reader.size_of(name, 4, 2);
  if (size % 2 == 0) reader.fail(name, "(D, 1, W, W), W odd");
  return size;
}

cross_config infer_cross_config(const checkpoint_reader& reader) {
  const std::string mixer = layer_prefix(0) + "mixer.";
  cross_config config;
  config.d_model = reader.size_of(patch_tensor, 4, 0);
  config.patch = reader.size_of(patch_tensor, 4, 2);
  config.d_inner = inner_size(reader, mixer + "A_logs");
  config.d_state = reader.size_of(mixer + "A_logs", 2, 1);
  config.dt_rank = reader.size_of(mixer + "dt_projs_weight", 3, 2);
  config.conv = kernel_size(reader, mixer + "conv2d.weight");
  config.classes = reader.size_of("head.weight", 2, 0);
  config.n_layers = reader.count_layers();
  return config;
}

// Without a position embedding no tensor says how large the images are.
int64_t stated_image(const std::string& path, const std::string& description, int64_t patch) {
  const std::string field = "__metadata__.scansim.config.image";
  const std::string expected =
      fmt::format("pixels along each side, a multiple of the patch of {}, at most {}", patch, largest_image);
  const nlohmann::json root = parse_json_strict(description, path, "__metadata__.scansim");
  const auto config = root.find("config");
  if (config == root.end() || !config->contains("image")) throw input_error(path, field, expected, "nothing");
  const nlohmann::json& image = config->at("image");
  if (!image.is_number_integer() || image < 1 || image > largest_image || image.get<int64_t>() % patch != 0)
    throw input_error(path, field, expected, describe_json(image));
  return image.get<int64_t>();
}

// Of `whole`, equal parts for each direction, the k-th.
template <class Values>
Values part_of(const Values& whole, size_t k) {
  const size_t each = whole.size() / cross_directions;
  return {whole.begin() + static_cast<std::ptrdiff_t>(k * each),
          whole.begin() + static_cast<std::ptrdiff_t>((k + 1) * each)};
}

float_matrix matrix_of(const std::vector<float>& all, size_t k, int64_t rows, int64_t cols) {
  return Eigen::Map<const float_matrix>(all.data() + static_cast<int64_t>(k) * rows * cols, rows, cols);
}

void read_branches(const checkpoint_reader& reader, const cross_config& c, const std::string& mixer,
                   cross_layer& layer) {
  const int64_t projected = c.dt_rank + 2 * c.d_state;
  const auto x_proj = reader.read(mixer + "x_proj_weight", {directions, projected, c.d_inner});
  const auto dt_proj = reader.read(mixer + "dt_projs_weight", {directions, c.d_inner, c.dt_rank});
  const auto dt_bias = reader.read(mixer + "dt_projs_bias", {directions, c.d_inner});
  const auto a = reader.decay_rates(mixer + "A_logs", directions * c.d_inner, c.d_state);
  const auto d = reader.read(mixer + "Ds", {directions * c.d_inner});
  for (size_t k = 0; k < cross_directions; ++k) {
    layer.branches[k] = {.x_proj = matrix_of(x_proj, k, projected, c.d_inner),
                         .dt_proj = matrix_of(dt_proj, k, c.d_inner, c.dt_rank),
                         .dt_bias = part_of(dt_bias, k),
                         .a = part_of(a, k),
                         .d = part_of(d, k)};
  }
}

cross_layer read_cross_layer(const checkpoint_reader& reader, const cross_config& c, int64_t index) {
  const std::string mixer = layer_prefix(index) + "mixer.";
  cross_layer layer;
  layer.norm = reader.vector(layer_prefix(index) + "norm.weight", c.d_model);
  layer.in_proj = reader.matrix(mixer + "in_proj.weight", c.d_inner, c.d_model);
  layer.conv_weight =
      reader.matrix(mixer + "conv2d.weight", c.d_inner, c.conv * c.conv, {c.d_inner, 1, c.conv, c.conv});
  layer.conv_bias = reader.vector(mixer + "conv2d.bias", c.d_inner);
  read_branches(reader, c, mixer, layer);
  layer.out_norm = reader.vector(mixer + "out_norm.weight", c.d_inner);
  layer.out_proj = reader.matrix(mixer + "out_proj.weight", c.d_model, c.d_inner);
  return layer;
}

}  // namespace

bool is_cross_checkpoint(const std::string& path) {
  const checkpoint from = checkpoint::open(path);
  return from.find(patch_tensor) != nullptr && from.find(layer_prefix(0) + "mixer.A_logs") != nullptr;
}

cross_weights load_cross_weights(const std::string& path) {
  const checkpoint from = checkpoint::open(path);
  const checkpoint_reader reader(from);
  cross_weights weights;
  cross_config& c = weights.config;
  c = infer_cross_config(reader);
  reader.refuse_others(
      {patch_tensor, "backbone.patch_embed.bias", "backbone.norm_f.weight", "head.weight", "head.bias"},
      {"norm.weight", "mixer.in_proj.weight", "mixer.conv2d.weight", "mixer.conv2d.bias",
       "mixer.x_proj_weight", "mixer.dt_projs_weight", "mixer.dt_projs_bias", "mixer.A_logs", "mixer.Ds",
       "mixer.out_norm.weight", "mixer.out_proj.weight"});
  std::optional<float> norm_eps;
  weights.description = reader.description({{"d_model", c.d_model},
                                            {"n_layers", c.n_layers},
                                            {"d_state", c.d_state},
                                            {"dt_rank", c.dt_rank},
                                            {"conv", c.conv},
                                            {"patch", c.patch},
                                            {"classes", c.classes}},
                                           norm_eps);
  c.image = stated_image(path, weights.description, c.patch);
  const model_config stated(from.config_path(), from.shard_note());
  stated.check_kind({"vmamba"}, {});
  stated.check_sizes(c);
  stated.check_computed();
  c.norm_eps = stated.norm_eps(norm_eps).value_or(c.norm_eps);
  weights.patch_embed =
      reader.matrix(patch_tensor, c.d_model, c.patch * c.patch, {c.d_model, 1, c.patch, c.patch});
  weights.patch_bias = reader.vector("backbone.patch_embed.bias", c.d_model);
  for (int64_t i = 0; i < c.n_layers; ++i) weights.layers.push_back(read_cross_layer(reader, c, i));
  weights.norm_f = reader.vector("backbone.norm_f.weight", c.d_model);
  weights.head = reader.matrix("head.weight", c.classes, c.d_model);
  weights.head_bias = reader.vector("head.bias", c.classes);
  return weights;
}

}  // namespace scansim
