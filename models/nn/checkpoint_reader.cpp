#include "models/nn/checkpoint_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

const char* const metadata_key = "scansim";
const std::string metadata_field = "__metadata__.scansim";
const std::string layers_prefix = "backbone.layers.";

}  // namespace

std::string layer_prefix(int64_t layer) { return fmt::format("{}{}.", layers_prefix, layer); }

const tensor_entry& checkpoint_reader::require(const std::string& name) const {
  const tensor_entry* entry = file_.find(name);
  if (entry == nullptr) throw input_error(file_.path(), name, "a tensor of this name", "none");
  return *entry;
}

void checkpoint_reader::fail(const tensor_entry& entry, const std::string& expected) const {
  throw input_error(file_.path(), entry.name, expected,
                    fmt::format("shape [{}]", fmt::join(entry.shape, ", ")));
}

int64_t checkpoint_reader::size_of(const std::string& name, size_t rank, size_t axis) const {
  const tensor_entry& entry = require(name);
  bool valid = entry.shape.size() == rank;
  for (const int64_t size : entry.shape) valid = valid && size >= 1;
  if (!valid) fail(entry, fmt::format("{} axes of at least one element", rank));
  return entry.shape[axis];
}

std::vector<float> checkpoint_reader::read(const std::string& name, const std::vector<int64_t>& shape) const {
  const tensor_entry& entry = require(name);
  if (entry.shape != shape) fail(entry, fmt::format("shape [{}]", fmt::join(shape, ", ")));
  std::vector<float> values = file_.read_floats(entry);
  for (const float value : values) {
    if (!std::isfinite(value))
      throw input_error(file_.path(), name, "finite values", fmt::format("{}", value));
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

std::vector<float> checkpoint_reader::decay_rates(const std::string& name, int64_t channels,
                                                  int64_t states) const {
  if (states > max_checkpoint_states) {
    throw input_error(file_.path(), name, fmt::format("at most {} states", max_checkpoint_states),
                      fmt::format("{}", states));
  }
  std::vector<float> rates = read(name, {channels, states});
  for (float& a : rates) {
    const float log_a = a;
    a = -std::exp(log_a);
    if (!std::isfinite(a)) {
      throw input_error(file_.path(), name, "exp(A_log) within float", fmt::format("{}", log_a));
    }
  }
  return rates;
}

int64_t checkpoint_reader::count_layers() const {
  int64_t layers = 1;
  const auto tensors = static_cast<int64_t>(file_.tensors().size());
  for (const tensor_entry& entry : file_.tensors()) {
    if (!entry.name.starts_with(layers_prefix)) continue;
    int64_t index = -1;
    const char* end = entry.name.data() + entry.name.size();
    const auto [stop, status] = std::from_chars(entry.name.data() + layers_prefix.size(), end, index);
    if (status != std::errc() || index < 0 || stop == end || *stop != '.') {
      throw input_error(file_.path(), printable(entry.name), "backbone.layers.<number>.<weight>",
                        "another name");
    }
    if (index >= layers && index >= tensors) {
      throw input_error(file_.path(), printable(entry.name), "layers numbered without a gap",
                        fmt::format("layer {} among {} tensors", index, tensors));
    }
    layers = std::max(layers, index + 1);
  }
  return layers;
}

void checkpoint_reader::compare_config(const json& root,
                                       const std::vector<std::pair<const char*, int64_t>>& sizes,
                                       float& norm_eps) const {
  const std::string& path = file_.path();
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
                                           float& norm_eps) const {
  const auto found = file_.metadata().find(metadata_key);
  if (found == file_.metadata().end()) return "{}";
  compare_config(parse_json_strict(found->second, file_.path(), metadata_field), sizes, norm_eps);
  return found->second;
}

}  // namespace scansim
