#include "host/accuracy/model_scales.h"

#include <fmt/format.h>

#include "traces/calls/mamba_block.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr int format_version = 1;

// Of the values in float, whatever file or shards they came from.
std::string digest_of(const mamba_weights& w) {
  std::string sums;
  const auto add = [&](const auto& values) {
    sums += sha256_hex(values.data(), sizeof(float) * static_cast<size_t>(values.size()));
  };
  add(w.embedding), add(w.norm_f), add(w.lm_head);
  for (const mamba_layer& one : w.layers) {
    add(one.norm), add(one.in_proj), add(one.conv_weight), add(one.conv_bias), add(one.x_proj);
    add(one.dt_proj), add(one.dt_bias), add(one.a), add(one.d), add(one.out_proj);
  }
  return sha256_hex(sums.data(), sums.size());
}

// All that the choice depends on besides the weights and what it was made on.
nlohmann::json formats_of(const layer_format& format, const design_point& point) {
  return {{"weight_bits", format.weight_bits},
          {"hadamard", format.hadamard},
          {"exp_segments", point.exp_segments},
          {"state_bits", point.state_bits}};
}

// A layer's scales with vectors of the model's sizes.
mamba_block_scales sized_scales(const mamba_config& c, const layer_format& format) {
  mamba_block_call call;
  call.d_model = c.d_model, call.channels = c.d_inner, call.expanded = 2 * c.d_inner;
  call.projected = c.dt_rank + 2 * c.d_state, call.weight_bits = format.weight_bits;
  return payload<mamba_block_scales>(*call.make_scales());
}

class scales_reader {
 public:
  scales_reader(const std::string& path)
      : path_(path), file_(parse_json_strict(mapped_file(path).text(), path, "file")) {
    if (!file_.is_object()) refuse("file", "an object", describe_json(file_));
    for (const auto& [name, value] : file_.items())
      if (name != "scales" && name != "weights_sha256" && name != "format" && name != "calibration" &&
          name != "frac_residual" && name != "frac_head" && name != "layers")
        refuse(printable(name), "a key of the scales of a model", "an unknown key");
  }
  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const {
    throw input_error(path_, field, expected, found);
  }
  void require(const std::string& field, const nlohmann::json& expected) const {
    if (at(field) != expected) refuse(field, expected.dump(), describe_json(at(field)));
  }
  int frac(const std::string& field) const {
    const nlohmann::json& value = at(field);
    if (!value.is_number_integer() || value < least_frac || value > largest_stored_frac)
      refuse(field, fmt::format("{} to {}", least_frac, largest_stored_frac), describe_json(value));
    return value;
  }
  const nlohmann::json& at(const std::string& field) const {
    if (!file_.contains(field)) refuse(field, "a value", "no such key");
    return file_.at(field);
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const nlohmann::json file_;
};

}  // namespace

std::string model_scales_text(const mamba_scales& scales, const mamba_weights& weights,
                              const layer_format& format, const design_point& point,
                              const nlohmann::json& calibration) {
  nlohmann::json layers = nlohmann::json::array();
  for (const layer_scales& one : scales.stack.layers) {
    mamba_block_scales layer = sized_scales(weights.config, format);
    layer.frac_residual = scales.stack.frac_residual, layer.layer = one;
    layers.push_back(scales_to_json(layer));
  }
  const nlohmann::json file = {{"scales", format_version},
                               {"weights_sha256", digest_of(weights)},
                               {"format", formats_of(format, point)},
                               {"calibration", calibration},
                               {"frac_residual", scales.stack.frac_residual},
                               {"frac_head", scales.frac_head},
                               {"layers", layers}};
  return json_text(file, 2) + "\n";
}

mamba_scales read_model_scales(const std::string& path, const mamba_weights& weights,
                               const layer_format& format, const design_point& point) {
  const scales_reader file(path);
  file.require("scales", format_version);
  file.require("format", formats_of(format, point));
  if (file.at("weights_sha256") != digest_of(weights))
    file.refuse("weights_sha256", "that of the model's weights", "another: they are of another model");
  mamba_scales scales;
  scales.stack.frac_residual = file.frac("frac_residual"), scales.frac_head = file.frac("frac_head");
  const nlohmann::json& layers = file.at("layers");
  const auto count = static_cast<size_t>(weights.config.n_layers);
  if (!layers.is_array() || layers.size() != count)
    file.refuse("layers", fmt::format("{} layers", count),
                layers.is_array() ? fmt::format("{}", layers.size()) : describe_json(layers));
  for (size_t i = 0; i < count; ++i) {
    mamba_block_scales layer = sized_scales(weights.config, format);
    const std::string field = fmt::format("layers[{}]", i);
    read_scales(layers[i], layer.rows(), path, field);
    if (layer.frac_residual != scales.stack.frac_residual)
      file.refuse(field + ".frac_residual", fmt::format("{}, as of all layers", scales.stack.frac_residual),
                  fmt::format("{}", layer.frac_residual));
    scales.stack.layers.push_back(std::move(layer.layer));
  }
  return scales;
}

}  // namespace scansim
