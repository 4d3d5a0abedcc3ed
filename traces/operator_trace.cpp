// Loading in the order that makes the message precise: options first, then the sizes as the first tensor that
// has them defines them, every tensor against these sizes, the data, and last what the values must be.
#include "traces/operator_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <list>

#include "traces/input_error.h"
#include "traces/operator_layout.h"
#include "traces/operator_metadata.h"
#include "traces/safetensors.h"
#include "traces/scan_trace_layout.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"
#include "traces/tensor_statistics.h"

namespace scansim {

using nlohmann::json;

namespace {

void check_names(const safetensors_file& file, const std::vector<operator_tensor>& tensors,
                 const std::string& name) {
  for (const auto& entry : file.tensors()) {
    const bool known = std::any_of(tensors.begin(), tensors.end(), [&](const operator_tensor& one) {
      return entry.name == one.name || entry.name == one.log_name;
    });
    if (!known) throw input_error(file.path(), printable(entry.name), "a tensor of " + name, "another name");
  }
}

void read_sizes(const safetensors_file& file, const operator_tensor& tensor, const tensor_entry& entry) {
  const std::string field = entry.name + ".shape";
  if (entry.shape.size() != tensor.axes.size())
    throw input_error(file.path(), field, fmt::format("{} dimensions", tensor.axes.size()),
                      fmt::format("{}", entry.shape.size()));
  for (size_t i = 0; i < entry.shape.size(); ++i) {
    if (entry.shape[i] < 1) throw input_error(file.path(), field, "sizes >= 1", sizes_text(entry.shape));
    if (*tensor.axes[i].size == 0) *tensor.axes[i].size = entry.shape[i];
  }
  if (entry.shape != sizes_of(tensor))
    throw input_error(file.path(), field, sizes_text(sizes_of(tensor)), sizes_text(entry.shape));
}

template <class integer>
void copy_indices(const tensor_entry& entry, std::vector<int64_t>& out) {
  for (size_t i = 0; i < out.size(); ++i) {
    integer value;
    std::memcpy(&value, entry.data + i * sizeof(integer), sizeof(integer));
    out[i] = value;
  }
}

std::vector<int64_t> read_indices(const safetensors_file& file, const tensor_entry& entry) {
  std::vector<int64_t> out(entry.count());
  if (entry.dtype == tensor_dtype::i32)
    copy_indices<int32_t>(entry, out);
  else if (entry.dtype == tensor_dtype::i64)
    copy_indices<int64_t>(entry, out);
  else
    throw input_error(file.path(), entry.name + ".dtype", "I32 or I64", dtype_name(entry.dtype));
  return out;
}

// A second direction is there when any of its tensors is; the table then wants all of them.
void find_directions(const safetensors_file& file, operator_call& call) {
  auto* block = std::get_if<mamba_block_call>(&call);
  if (block == nullptr) return;
  const auto& entries = file.tensors();
  if (std::any_of(entries.begin(), entries.end(),
                  [](const tensor_entry& entry) { return entry.name.starts_with("backward."); }))
    block->backward.emplace();
}

// The tensor's entry under either of its names; nullptr if there is none.
const tensor_entry* find_entry(const safetensors_file& file, const operator_tensor& tensor) {
  const tensor_entry* entry = file.find(tensor.name);
  if (tensor.log_name.empty()) return entry;
  const tensor_entry* logarithms = file.find(tensor.log_name);
  if (entry != nullptr && logarithms != nullptr)
    throw input_error(file.path(), tensor.log_name, "no such tensor beside " + tensor.name, "both");
  return entry != nullptr ? entry : logarithms;
}

std::vector<float> read_values(const safetensors_file& file, const operator_tensor& tensor,
                               const tensor_entry& entry) {
  std::vector<float> values = file.read_floats(entry);
  if (tensor.transposed) return transpose(values, entry.shape[0], entry.shape[1]);
  if (entry.name != tensor.log_name) return values;
  for (size_t i = 0; i < values.size(); ++i) {
    const float logarithm = values[i];
    values[i] = -std::exp(logarithm);
    if (!std::isfinite(logarithm) || !std::isfinite(values[i]))
      throw input_error(file.path(), fmt::format("{}[{}]", entry.name, i), "a number whose exp is finite",
                        fmt::format("{}", logarithm));
  }
  return values;
}

void derive_hadamard_size(operator_call& call) {
  auto* hadamard = std::get_if<hadamard_call>(&call);
  if (hadamard != nullptr && hadamard->m == 0)
    split_hadamard_size(hadamard->size, hadamard->m, hadamard->log2);
}

}  // namespace

const std::vector<std::string>& operator_names() {
  static const std::vector<std::string> names = {"gemm", "conv1d", "hadamard", "rms_norm", "mamba_block"};
  return names;
}

const std::string& operator_name(const operator_call& call) { return operator_names()[call.index()]; }

const std::vector<float>& expected_output(const operator_call& call) {
  return std::visit([](const auto& one) -> const std::vector<float>& { return one.expect_y; }, call);
}

std::optional<std::string> find_operator(const std::string& path) {
  try {
    const safetensors_file file = safetensors_file::open(path);
    const auto text = file.metadata().find("scansim");
    if (text == file.metadata().end()) return std::nullopt;
    const std::string name = operator_of_metadata(text->second, path);
    const auto& names = operator_names();
    if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  } catch (const input_error&) {
  }
  return std::nullopt;
}

operator_trace load_operator_trace(const std::string& path) {
  const safetensors_file file = safetensors_file::open(path);
  operator_trace trace;
  trace.path = path;
  const auto text = file.metadata().find("scansim");
  if (text == file.metadata().end())
    throw input_error(path, "__metadata__.scansim", "the trace's description in JSON", "nothing");
  read_operator_metadata(text->second, trace);
  find_directions(file, trace.call);
  const std::vector<operator_tensor> tensors = operator_tensors(trace.call);
  check_names(file, tensors, operator_name(trace.call));
  for (const operator_tensor& tensor : tensors) {
    if (tensor.before) tensor.before();
    const tensor_entry* entry = find_entry(file, tensor);
    if (entry == nullptr && tensor.required) throw input_error(path, tensor.name, "a tensor", "nothing");
    if (entry == nullptr) continue;
    read_sizes(file, tensor, *entry);
    if (tensor.values != nullptr)
      *tensor.values = read_values(file, tensor, *entry);
    else
      *tensor.indices = read_indices(file, *entry);
  }
  derive_hadamard_size(trace.call);
  check_operator_call(trace.call, path);
  trace.sha256 = sha256_hex(file.file_data(), file.file_bytes());
  return trace;
}

void write_operator_trace(const std::string& path, const operator_call& call, const json& provenance,
                          const std::optional<expect_tolerance>& tolerance) {
  check_operator_call(call, path);
  if (!provenance.is_object()) throw input_error(path, "provenance", "an object", describe_json(provenance));
  std::list<std::vector<float>> turned;  // alive until written
  safetensors_writer writer;
  for (const operator_tensor& tensor : operator_tensors(const_cast<operator_call&>(call))) {  // only read
    if (tensor.values != nullptr && !tensor.values->empty()) {
      const std::vector<int64_t> sizes = sizes_of(tensor);
      if (tensor.transposed) turned.push_back(transpose(*tensor.values, sizes[1], sizes[0]));
      writer.add_floats(tensor.name, sizes, tensor.transposed ? turned.back() : *tensor.values);
    }
    if (tensor.indices != nullptr && !tensor.indices->empty())
      writer.add(tensor.name, tensor_dtype::i64, sizes_of(tensor), tensor.indices->data(),
                 tensor.indices->size() * sizeof(int64_t));
  }
  writer.set_metadata("scansim", write_operator_metadata(call, provenance, tolerance));
  writer.write(path);
}

json describe(const operator_trace& trace) {
  json info = json::parse(
      write_operator_metadata(trace.call, trace.provenance, trace.tolerance.value_or(expect_tolerance{})));
  info["provenance"] = trace.provenance;
  info["path"] = trace.path;
  info["sha256"] = trace.sha256;
  info["tensors"] = json::object();
  for (const operator_tensor& tensor : operator_tensors(const_cast<operator_call&>(trace.call))) {
    json entry;
    if (tensor.values != nullptr && !tensor.values->empty())
      entry = tensor_statistics(*tensor.values);
    else if (tensor.indices != nullptr && !tensor.indices->empty())
      entry["count"] = tensor.indices->size();
    else
      continue;
    entry["shape"] = sizes_of(tensor);
    info["tensors"][tensor.name] = std::move(entry);
  }
  return info;
}

}  // namespace scansim
