// Loading in the order that makes the message precise: options first, then the axes as the first tensor that
// has them defines them, then every tensor against these sizes, and only then the data.
#include "traces/scan_trace.h"

#include <fmt/format.h>

#include <cmath>

#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/scan_trace_layout.h"
#include "traces/scan_trace_metadata.h"
#include "traces/sha256.h"
#include "traces/state_choice.h"
#include "traces/state_index.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

void check_names(const safetensors_file& file, bool sparse) {
  for (const auto& entry : file.tensors()) {
    bool known = sparse && entry.name == state_index_name;
    for (const auto& tensor : trace_tensor_table()) known = known || entry.name == tensor.name;
    if (!known)
      throw input_error(file.path(), printable(entry.name), "a tensor of selective_scan", "another name");
  }
}

// (batch, N, L) for B and C means one group.
std::vector<int64_t> canonical_sizes(const trace_tensor& tensor, const tensor_entry& entry) {
  std::vector<int64_t> sizes = entry.shape;
  if (tensor.axes.size() == 4 && sizes.size() == 3) sizes.insert(sizes.begin() + 1, 1);
  return sizes;
}

// Takes axis sizes from the tensors in table order: u gives batch, D and L; A gives N; B gives G.
scan_shape read_shape(const safetensors_file& file) {
  scan_shape shape{0, 0, 0, 0, 0};
  for (const auto& tensor : trace_tensor_table()) {
    const tensor_entry* entry = file.find(tensor.name);
    if (entry == nullptr) {
      if (tensor.required) throw input_error(file.path(), tensor.name, "a tensor", "nothing");
      continue;
    }
    const std::string field = std::string(tensor.name) + ".shape";
    const std::vector<int64_t> sizes = canonical_sizes(tensor, *entry);
    if (sizes.size() != tensor.axes.size()) {
      throw input_error(file.path(), field, fmt::format("{} dimensions", tensor.axes.size()),
                        fmt::format("{}", entry->shape.size()));
    }
    for (size_t i = 0; i < sizes.size(); ++i) {
      int64_t& known = axis_size(shape, tensor.axes[i]);
      if (known == 0) known = sizes[i];
      if (sizes[i] < 1) throw input_error(file.path(), field, "sizes >= 1", sizes_text(entry->shape));
    }
    if (sizes != tensor_sizes(tensor, shape)) {
      throw input_error(file.path(), field, sizes_text(tensor_sizes(tensor, shape)),
                        sizes_text(entry->shape));
    }
  }
  return shape;
}

void check_limits(const scan_shape& shape, const std::string& file) {
  if (shape.states > max_trace_states) {
    throw input_error(file, "A.shape", fmt::format("N <= {}", max_trace_states),
                      fmt::format("{}", shape.states));
  }
  if (shape.channels % shape.groups != 0) {
    throw input_error(file, "B.shape", fmt::format("G that divides D = {}", shape.channels),
                      fmt::format("{}", shape.groups));
  }
  for (const auto& tensor :
       trace_tensor_table()) {  // absent ones too: outputs and states are allocated from the shape
    if (tensor_count(tensor, shape) < 0) {
      throw input_error(file, std::string(tensor.name) + ".shape", "at most 2^60 elements",
                        sizes_text(tensor_sizes(tensor, shape)));
    }
  }
}

void check_finite(const std::vector<float>& values, const char* name, const std::string& file) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      throw input_error(file, fmt::format("{}[{}]", name, i), "a finite value", fmt::format("{}", values[i]));
    }
  }
}

// Replaces the tensors of a trace with state sparsity by those of the kept states.
void keep_states(const safetensors_file& file, scan_trace& trace) {
  const scan_shape shape = trace.tensors.shape;
  const nm_pattern pattern = trace.sparsity->pattern;
  if (shape.states % pattern.m != 0) {
    throw input_error(trace.path, "__metadata__.scansim.state_sparsity",
                      fmt::format("M that divides N = {}", shape.states), to_string(pattern));
  }
  const tensor_entry* entry = file.find(state_index_name);
  const kept_states kept = entry != nullptr ? read_state_index(*entry, shape, pattern, trace.path)
                                            : choose_states(trace.tensors, pattern, shape.groups);
  trace.sparsity->states = shape.states;
  trace.sparsity->groups = shape.groups;
  trace.sparsity->index_groups = static_cast<int64_t>(kept.size());
  trace.sparsity->chosen = entry == nullptr;
  trace.tensors = compact_call(trace.tensors, kept);
}

}  // namespace

void check_scan_tensors(const scan_tensors& tensors, const std::string& file) {
  const scan_shape& shape = tensors.shape;
  using enum trace_axis;
  for (const trace_axis axis : {batch, channels, states, groups, length}) {
    if (axis_size(shape, axis) < 1) {
      throw input_error(file, std::string("shape.") + axis_symbol(axis), ">= 1",
                        fmt::format("{}", axis_size(shape, axis)));
    }
  }
  check_limits(shape, file);
  for (const auto& tensor : trace_tensor_table()) {
    const auto& values = tensors.*tensor.values;
    if (values.empty() && !tensor.required) continue;
    if (static_cast<int64_t>(values.size()) != tensor_count(tensor, shape)) {
      throw input_error(file, tensor.name, fmt::format("{} values", tensor_count(tensor, shape)),
                        fmt::format("{}", values.size()));
    }
    check_finite(values, tensor.name, file);
  }
}

scan_trace load_scan_trace(const std::string& path) {
  const safetensors_file file = safetensors_file::open(path);
  scan_trace trace;
  trace.path = path;
  const auto text = file.metadata().find("scansim");
  if (text == file.metadata().end()) {
    throw input_error(path, "__metadata__.scansim", "the trace's description in JSON", "nothing");
  }
  read_trace_metadata(text->second, trace);
  check_names(file, trace.sparsity.has_value());
  trace.tensors.shape = read_shape(file);
  check_limits(trace.tensors.shape, path);
  for (const auto& tensor : trace_tensor_table()) {
    const tensor_entry* entry = file.find(tensor.name);
    if (entry == nullptr) continue;
    trace.tensors.*tensor.values = file.read_floats(*entry);
    check_finite(trace.tensors.*tensor.values, tensor.name, path);
  }
  if (trace.sparsity) keep_states(file, trace);
  trace.sha256 = sha256_hex(file.file_data(), file.file_bytes());
  return trace;
}

void write_scan_trace(const std::string& path, const scan_tensors& tensors, const json& provenance,
                      const std::vector<scan_scales>& scales,
                      const std::optional<expect_tolerance>& tolerance,
                      const std::optional<state_selection>& selection) {
  check_scan_tensors(tensors, path);
  if (!provenance.is_object()) throw input_error(path, "provenance", "an object", describe_json(provenance));
  safetensors_writer writer;
  for (const auto& tensor : trace_tensor_table()) {
    const auto& values = tensors.*tensor.values;
    if (!values.empty()) writer.add_floats(tensor.name, tensor_sizes(tensor, tensors.shape), values);
  }
  std::vector<int32_t> index;
  if (selection) {
    for (const auto& states : selection->kept) index.insert(index.end(), states.begin(), states.end());
    const auto groups = static_cast<int64_t>(selection->kept.size());
    writer.add(state_index_name, tensor_dtype::i32, {groups, static_cast<int64_t>(index.size()) / groups},
               index.data(), index.size() * sizeof(int32_t));
  }
  const std::string pattern = selection ? to_string(selection->pattern) : "";
  writer.set_metadata("scansim",
                      write_trace_metadata(tensors.options, provenance, scales, tolerance, pattern));
  writer.write(path);
}

}  // namespace scansim
