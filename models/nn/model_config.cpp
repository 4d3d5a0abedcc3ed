#include "models/nn/model_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr size_t largest_config = 1 << 20;
constexpr const char* conv_bias_keys[] = {"use_conv_bias", "conv_bias", "mamba_conv_bias"};

// Keys that must have one value where they are stated, and why.
struct required_value {
  const char* key;
  json value;
  const char* reason;
};

const std::vector<required_value>& required_values() {
  static const std::vector<required_value> values = {
      {"use_bias", false, "biases of in_proj and out_proj are not computed"},
      {"bias", false, "biases of in_proj and out_proj are not computed"},
      {"rms_norm", true, "LayerNorm is not computed"},
      {"layer", "Mamba1", "other layers are not computed"},
      {"d_intermediate", 0, "an MLP between the layers is not computed"},
      {"attn_layer_idx", json::array(), "attention is not computed"},
      {"mamba_proj_bias", false, "biases of in_proj and out_proj are not computed"},
      {"mamba_inner_layernorms", false, "norms of dt, B and C are not computed"},
      {"mixer_rms_eps", nullptr, "norms of dt, B and C are not computed"}};
  return values;
}

// JSON has no Infinity and no NaN, Python's writer does: outside strings they become strings.
std::string with_quoted_constants(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (size_t i = 0; i < text.size();) {
    const size_t word = in_string                          ? 0
                        : text.substr(i, 9) == "-Infinity" ? 9
                        : text.substr(i, 8) == "Infinity"  ? 8
                        : text.substr(i, 3) == "NaN"       ? 3
                                                           : 0;
    if (word > 0) {
      out += "\"" + std::string(text.substr(i, word)) + "\"";
      i += word;
      continue;
    }
    if (in_string && text[i] == '\\' && i + 1 < text.size())
      out += text[i++];
    else if (text[i] == '"')
      in_string = !in_string;
    out += text[i++];
  }
  return out;
}

bool is_unlimited(const json& value) {
  const bool pair = value.is_array() && value.size() == 2 && value[0].is_number() && value[0] <= 0.0;
  return pair && (value[1] == "Infinity" || (value[1].is_string() && value[1] == "inf"));
}

}  // namespace

model_config::model_config(const std::string& path, std::string note) : path_(path), note_(std::move(note)) {
  std::error_code failed;
  // A link that leads nowhere is a file that did not arrive, not one that nobody wrote.
  if (std::filesystem::symlink_status(path, failed).type() == std::filesystem::file_type::not_found) return;
  const mapped_file file(path);
  require_at_most(file, largest_config, path);
  require_text(file.text(), path, "the JSON of a model's configuration");
  root_ = parse_json_strict(with_quoted_constants(file.text()), path, "file");
  if (!root_.is_object()) throw input_error(path, "file", "a JSON object", describe_json(root_));
  const auto layer = root_.find("ssm_cfg");
  if (layer != root_.end() && !layer->is_null() && !layer->is_object()) fail("ssm_cfg", "an object");
}

void model_config::fail(const std::string& key, const std::string& expected) const {
  const json* value = find(key);
  const bool list = value != nullptr && value->is_array();
  throw input_error(path_, key, expected,
                    value == nullptr ? "nothing"
                    : list           ? printable(value->dump())
                                     : describe_json(*value))
      .explained(note_);
}

const json* model_config::find(const std::string& key) const {
  const auto in = [&](const json& object) -> const json* {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  };
  if (const json* value = in(root_)) return value;
  const auto layer = root_.find("ssm_cfg");
  return layer != root_.end() && layer->is_object() ? in(*layer) : nullptr;
}

void model_config::check_kind(const std::vector<std::string>& types,
                              const std::vector<std::string>& architectures) const {
  const json* type = find("model_type");
  if (type != nullptr && std::find(types.begin(), types.end(), *type) == types.end())
    fail("model_type", fmt::format("\"{}\"", fmt::join(types, "\" or \"")));
  const json* names = find("architectures");
  if (names == nullptr || architectures.empty()) return;
  for (const json& name : *names)
    if (std::find(architectures.begin(), architectures.end(), name) == architectures.end())
      throw input_error(path_, "architectures", fmt::format("{}", fmt::join(architectures, ", ")),
                        describe_json(name));
}

void model_config::require_size(const std::string& key, int64_t size) const {
  const json* value = find(key);
  if (value == nullptr || *value == json(size)) return;
  if (key.ends_with("rank") && *value == "auto") return;
  fail(key, fmt::format("{} as in the tensors", size));
}

void model_config::check_layer_sizes(int64_t model, int64_t inner, int64_t states, int64_t rank, int64_t conv,
                                     int64_t layers) const {
  for (const char* key : {"hidden_size", "d_model"}) require_size(key, model);
  for (const char* key : {"intermediate_size", "d_inner"}) require_size(key, inner);
  for (const char* key : {"state_size", "d_state", "mamba_d_state"}) require_size(key, states);
  for (const char* key : {"time_step_rank", "dt_rank", "mamba_dt_rank"}) require_size(key, rank);
  for (const char* key : {"conv_kernel", "d_conv", "mamba_d_conv"}) require_size(key, conv);
  for (const char* key : {"num_hidden_layers", "n_layer"}) require_size(key, layers);
  for (const char* key : {"expand", "mamba_expand"}) {
    const json* expand = find(key);
    if (expand != nullptr &&
        (!expand->is_number() ||
         std::trunc(expand->get<double>() * static_cast<double>(model)) != static_cast<double>(inner)))
      fail(key, fmt::format("{} / {} as in the tensors", inner, model));
  }
}

// mamba_ssm states the vocabulary before it is padded.
void model_config::check_vocabulary(int64_t rows) const {
  const json* size = find("vocab_size");
  if (size == nullptr || *size == json(rows)) return;
  const json* multiple = find("pad_vocab_size_multiple");
  const bool whole = size->is_number_integer() && (multiple == nullptr || multiple->is_number_integer());
  const int64_t pad = whole && multiple != nullptr ? multiple->get<int64_t>() : 8;
  if (whole && pad > 0 && size->get<int64_t>() > 0 && size->get<int64_t>() < rows &&
      rows - size->get<int64_t>() < pad && rows % pad == 0)
    return;
  fail("vocab_size", fmt::format("{} as in the tensors", rows));
}

void model_config::check_sizes(const mamba_config& c) const {
  check_layer_sizes(c.d_model, c.d_inner, c.d_state, c.dt_rank, c.conv, c.n_layers);
  check_vocabulary(c.vocab);
}

void model_config::check_sizes(const vim_config& c) const {
  check_layer_sizes(c.d_model, c.d_inner, c.d_state, c.dt_rank, c.conv, c.n_layers);
}

void model_config::check_sizes(const cross_config& c) const {
  check_layer_sizes(c.d_model, c.d_inner, c.d_state, c.dt_rank, c.conv, c.n_layers);
}

void model_config::check_limits(const std::string& key) const {
  const json* value = find(key);
  if (value != nullptr && !is_unlimited(*value))
    fail(key, "[0.0, Infinity] (limits of the step are not computed)");
}

void model_config::check_residual() const {
  const json* value = find("residual_in_fp32");
  if (value == nullptr || *value == true) return;
  const json* type = find("torch_dtype") != nullptr ? find("torch_dtype") : find("dtype");
  if (*value != false || type == nullptr || *type != "float32")
    fail("residual_in_fp32",
         "true, or false beside torch_dtype \"float32\" (the residual stream is single precision)");
}

void model_config::check_computed() const {
  for (const required_value& row : required_values()) {
    const json* value = find(row.key);
    if (value == nullptr || *value == row.value) continue;
    fail(row.key, fmt::format("{} ({})", row.value.is_null() ? "no such key" : row.value.dump(), row.reason));
  }
  for (const char* key : {"hidden_act", "activation"}) {
    const json* act = find(key);
    if (act != nullptr && *act != "silu" && *act != "swish") fail(key, "\"silu\"");
  }
  for (const char* key : conv_bias_keys) {
    const json* bias = find(key);
    if (bias != nullptr && !bias->is_boolean()) fail(key, "true or false");
  }
  check_limits("time_step_limit");
  check_limits("dt_limit");
  check_residual();
}

std::string model_config::without_conv_bias() const {
  for (const char* key : conv_bias_keys)
    if (const json* value = find(key); value != nullptr && *value == false) return key;
  return "";
}

std::optional<bool> model_config::tied_embeddings() const {
  for (const char* key : {"tie_word_embeddings", "tie_embeddings"}) {
    const json* value = find(key);
    if (value == nullptr) continue;
    if (!value->is_boolean()) fail(key, "true or false");
    return value->get<bool>();
  }
  return std::nullopt;
}

std::optional<float> model_config::norm_eps(const std::optional<float>& stated) const {
  std::optional<float> eps = stated;
  for (const char* key : {"layer_norm_epsilon", "norm_epsilon", "rms_norm_eps", "norm_eps"}) {
    const json* value = find(key);
    if (value == nullptr) continue;
    if (!value->is_number() || !(value->get<double>() > 0) || !(value->get<double>() < 1))
      fail(key, "a number between 0 and 1");
    if (eps && *eps != value->get<float>()) fail(key, fmt::format("{:g}, which is stated elsewhere", *eps));
    eps = value->get<float>();
  }
  return eps;
}

}  // namespace scansim
