#include "traces/operator_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

nm_pattern read_sparsity(const metadata_reader& reader, const std::string& file,
                         const char* key = "sparsity") {
  const json* value = reader.find(key);
  if (value == nullptr || *value == "dense") return {};
  if (!value->is_string()) reader.fail(key, "\"dense\" or a string such as \"2:4\"", value);
  return parse_nm_pattern(value->get<std::string>(), fmt::format("{}.{}", metadata_reader::root_field, key),
                          file);
}

int read_weight_bits(const metadata_reader& reader) {
  return weight_bits_of(reader.read_choice("weight_format", weight_format_names(), 0));
}

const std::string& weight_format_text(int bits) { return weight_format_names()[bits == 8 ? 0 : 1]; }

void read_options(const metadata_reader& reader, const std::string& file, gemm_call& call) {
  call.sparsity = read_sparsity(reader, file);
  call.weight_bits = read_weight_bits(reader);
  call.transposed = reader.read_bool("transposed", false);
  call.epilogue = static_cast<hls::gemm_epilogue_kind>(reader.read_choice("epilogue", epilogue_names(), 0));
  call.y_rows = reader.read_integer("y_rows", 1, max_output_elements, 0);
}

void read_options(const metadata_reader& reader, const std::string&, conv1d_call& call) {
  call.silu = reader.read_bool("silu", true);
}

// Absent m and log2 are derived from the tensor once its size is known: m 0 until then.
void read_options(const metadata_reader& reader, const std::string&, hadamard_call& call) {
  const json* m = reader.find("m");
  const json* log2 = reader.find("log2");
  call.m = 0;
  if (m == nullptr && log2 == nullptr) return;
  call.m = static_cast<int>(reader.read_integer("m", 1, 40, std::nullopt));
  call.log2 = static_cast<int>(reader.read_integer("log2", 0, 13, std::nullopt));
}

double read_eps(const metadata_reader& reader) {
  const json* eps = reader.find("eps");
  if (eps == nullptr || !eps->is_number() || !std::isfinite(eps->get<double>()) || eps->get<double>() <= 0 ||
      eps->get<double>() > max_norm_eps)
    reader.fail("eps", "a number > 0, at most 1e6", eps);
  return eps->get<double>();
}

void read_options(const metadata_reader& reader, const std::string&, rms_norm_call& call) {
  call.eps = read_eps(reader);
}

void read_options(const metadata_reader& reader, const std::string& file, mamba_block_call& call) {
  call.eps = read_eps(reader);
  call.sparsity = read_sparsity(reader, file);
  call.hadamard = reader.read_bool("hadamard", true);
  call.state_sparsity = read_sparsity(reader, file, "state_sparsity");
  call.weight_bits = read_weight_bits(reader);
}

void write_options(json& root, const gemm_call& call) {
  root["sparsity"] = sparsity_text(call.sparsity);
  root["weight_format"] = weight_format_text(call.weight_bits);
  root["epilogue"] = epilogue_names()[static_cast<size_t>(call.epilogue)];
  if (call.transposed) root["transposed"] = true;
  if (!call.scatter.empty()) root["y_rows"] = call.y_rows;
}

void write_options(json& root, const conv1d_call& call) { root["silu"] = call.silu; }

void write_options(json& root, const hadamard_call& call) {
  root["m"] = call.m;
  root["log2"] = call.log2;
}

void write_options(json& root, const rms_norm_call& call) { root["eps"] = call.eps; }

void write_options(json& root, const mamba_block_call& call) {
  root["eps"] = call.eps;
  root["sparsity"] = sparsity_text(call.sparsity);
  if (!call.hadamard) root["hadamard"] = false;
  if (!call.state_sparsity.dense()) root["state_sparsity"] = to_string(call.state_sparsity);
  if (call.weight_bits != 8) root["weight_format"] = weight_format_text(call.weight_bits);
}

std::vector<std::string> known_keys(const std::string& name) {
  std::vector<std::string> keys = {"format", "operator", "expect_tolerance", "provenance"};
  if (name == "gemm")
    keys.insert(keys.end(), {"sparsity", "weight_format", "transposed", "epilogue", "y_rows"});
  if (name == "conv1d") keys.insert(keys.end(), {"silu"});
  if (name == "hadamard") keys.insert(keys.end(), {"m", "log2"});
  if (name == "rms_norm") keys.insert(keys.end(), {"eps"});
  if (name == "mamba_block")
    keys.insert(keys.end(), {"eps", "sparsity", "state_sparsity", "weight_format", "hadamard"});
  return keys;
}

operator_call empty_call(size_t index) {
  switch (index) {
    case 0:
      return gemm_call{};
    case 1:
      return conv1d_call{};
    case 2:
      return hadamard_call{};
    case 3:
      return rms_norm_call{};
    default:
      return mamba_block_call{};
  }
}

}  // namespace

const std::vector<std::string>& epilogue_names() {
  static const std::vector<std::string> names = {"none", "silu", "residual", "raw"};
  return names;
}

const std::vector<std::string>& weight_format_names() {
  static const std::vector<std::string> names = {"int8", "w4g128"};
  return names;
}

std::string sparsity_text(const nm_pattern& pattern) {
  return pattern.dense() ? "dense" : to_string(pattern);
}

std::string operator_of_metadata(const std::string& text, const std::string& file) {
  const json root = parse_json_strict(text, file, metadata_reader::root_field);
  const auto name = root.is_object() ? root.find("operator") : root.end();
  return name != root.end() && name->is_string() ? name->get<std::string>() : "";
}

void read_operator_metadata(const std::string& text, operator_trace& trace) {
  const json root = parse_json_strict(text, trace.path, metadata_reader::root_field);
  if (!root.is_object())
    throw input_error(trace.path, metadata_reader::root_field, "a JSON object", describe_json(root));
  const metadata_reader reader(trace.path, root);
  reader.check_format();
  const size_t index = reader.read_choice("operator", operator_names(), std::nullopt);
  reader.check_keys(known_keys(operator_names()[index]));
  trace.call = empty_call(index);
  std::visit([&](auto& call) { read_options(reader, trace.path, call); }, trace.call);
  trace.tolerance = reader.read_tolerance();
  trace.provenance = reader.read_provenance();
}

std::string write_operator_metadata(const operator_call& call, const json& provenance,
                                    const std::optional<expect_tolerance>& tolerance) {
  json root = {{"format", 1}, {"operator", operator_name(call)}};
  std::visit([&](const auto& one) { write_options(root, one); }, call);
  if (tolerance) root["expect_tolerance"] = {{"rtol", tolerance->rtol}, {"atol", tolerance->atol}};
  if (!provenance.empty()) root["provenance"] = provenance;
  // Provenance may quote file names, which need not be UTF-8: such bytes become U+FFFD.
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace scansim
