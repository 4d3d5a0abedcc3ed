// Loading in the order that makes the message precise: options first, then the sizes as the first tensor that
// has them defines them and every tensor against these sizes, then the data, and last what the values must
// be.
#include "traces/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <list>

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/safetensors.h"
#include "traces/sha256.h"
#include "traces/sizes_text.h"
#include "traces/strict_json.h"
#include "traces/tensor_statistics.h"
#include "traces/trace_metadata.h"
#include "traces/transpose.h"

namespace scansim {

using nlohmann::json;

namespace {

std::vector<std::string> names_of(const safetensors_file& file) {
  std::vector<std::string> names;
  for (const auto& entry : file.tensors()) names.push_back(entry.name);
  return names;
}

// "u, delta, A or A_log"
std::string known_names(const std::vector<call_tensor>& tensors) {
  std::string text;
  for (const call_tensor& one : tensors)
    text += (text.empty() ? "" : ", ") + one.name + (one.log_name.empty() ? "" : " or " + one.log_name);
  return text;
}

void check_names(const safetensors_file& file, const call& one, const std::vector<call_tensor>& tensors) {
  std::vector<std::string> unknown;
  for (const auto& entry : file.tensors()) {
    const bool known = std::any_of(tensors.begin(), tensors.end(), [&](const call_tensor& tensor) {
      return entry.name == tensor.name || entry.name == tensor.log_name;
    });
    if (!known) unknown.push_back(printable(entry.name));
  }
  if (unknown.empty()) return;
  const std::string meant = one.guess_name(unknown.front());
  std::string found = "another name" + (meant.empty() ? "" : " (" + meant + "?)");
  for (size_t i = 1; i < unknown.size(); ++i) found += (i == 1 ? ", and " : ", ") + unknown[i];
  throw input_error(file.path(), unknown.front(),
                    fmt::format("a tensor of {}: {}", one.kind().name, known_names(tensors)), found);
}

named_shapes shapes_of(const safetensors_file& file) {
  named_shapes shapes;
  for (const auto& entry : file.tensors()) shapes[entry.name] = entry.shape;
  return shapes;
}

// The tensor's entry under either of its names; nullptr if there is none.
const tensor_entry* find_entry(const safetensors_file& file, const call_tensor& tensor) {
  const tensor_entry* entry = file.find(tensor.name);
  if (tensor.log_name.empty()) return entry;
  const tensor_entry* logarithms = file.find(tensor.log_name);
  if (entry != nullptr && logarithms != nullptr)
    throw input_error(file.path(), tensor.log_name, "no such tensor beside " + tensor.name, "both");
  return entry != nullptr ? entry : logarithms;
}

void read_sizes(const std::string& path, const call_tensor& tensor, const tensor_entry& entry) {
  if (tensor.take_shape) return tensor.take_shape(entry.shape, path);
  const std::string field = entry.name + ".shape";
  std::vector<int64_t> sizes = entry.shape;
  const bool left_out = tensor.axis_of_one >= 0 && sizes.size() + 1 == tensor.axes.size();
  if (left_out) sizes.insert(sizes.begin() + tensor.axis_of_one, 1);
  const int spare = tensor.spare_axis;
  if (spare >= 0 && sizes.size() == tensor.axes.size() + 1 && sizes[static_cast<size_t>(spare)] == 1)
    sizes.erase(sizes.begin() + spare);
  if (sizes.size() != tensor.axes.size())
    throw input_error(path, field, fmt::format("{} dimensions", tensor.axes.size()),
                      fmt::format("{}", entry.shape.size()));
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 1) throw input_error(path, field, "sizes >= 1", sizes_text(entry.shape));
    if (*tensor.axes[i].size == 0) *tensor.axes[i].size = sizes[i];
  }
  std::vector<int64_t> expected = sizes_of(tensor);
  if (sizes == expected) return;
  if (left_out && *tensor.axes[static_cast<size_t>(tensor.axis_of_one)].size == 1)
    expected.erase(expected.begin() + tensor.axis_of_one);
  throw input_error(path, field, sizes_text(expected), sizes_text(entry.shape));
}

template <class Integer>
std::vector<int64_t> to_integers(const tensor_entry& entry) {
  std::vector<int64_t> out(entry.count());
  for (size_t i = 0; i < out.size(); ++i) {
    Integer value;
    std::memcpy(&value, entry.data + i * sizeof(Integer), sizeof(Integer));
    out[i] = value;
  }
  return out;
}

std::vector<int64_t> read_indices(const std::string& path, const call_tensor& tensor,
                                  const tensor_entry& entry) {
  if (entry.dtype == tensor_dtype::u8 && tensor.short_index) return to_integers<uint8_t>(entry);
  if (entry.dtype == tensor_dtype::i32) return to_integers<int32_t>(entry);
  if (entry.dtype == tensor_dtype::i64) return to_integers<int64_t>(entry);
  throw input_error(path, entry.name + ".dtype", tensor.short_index ? "U8, I32 or I64" : "I32 or I64",
                    dtype_name(entry.dtype));
}

std::vector<float> read_values(const safetensors_file& file, const call_tensor& tensor,
                               const tensor_entry& entry) {
  std::vector<float> values = file.read_floats(entry);
  if (tensor.transposed) return transpose(values, entry.shape[0], entry.shape[1]);
  if (entry.name != tensor.log_name) return values;
  for (size_t i = 0; i < values.size(); ++i) {
    const float logarithm = values[i];
    values[i] = -std::exp(logarithm);
    if (!std::isfinite(logarithm) || !std::isfinite(values[i]))
      throw input_error(file.path(), entry.name + index_text(static_cast<int64_t>(i), entry.shape),
                        "a number whose exp is finite", fmt::format("{}", logarithm));
  }
  return values;
}

// Every shape of the file, and what they look like.
std::string shapes_text(const safetensors_file& file, const call& one, const call_tensor& tensor,
                        const tensor_entry& entry) {
  std::string text;
  for (const auto& [name, shape] : shapes_of(file))
    text += (text.empty() ? "" : ", ") + printable(name) + " " + sizes_text(shape);
  std::string guess = one.guess_layout(shapes_of(file));
  const std::vector<int64_t> wanted = sizes_of(tensor);
  if (guess.empty() && wanted.size() == 2 && entry.shape == std::vector<int64_t>{wanted[1], wanted[0]})
    guess = "is " + entry.name + " transposed?";
  return guess.empty() ? text : text + ": " + guess;
}

// Refuses sizes that do not fit each other; the entry of every tensor, nullptr where there is none.
std::vector<const tensor_entry*> match_sizes(const safetensors_file& file, const call& one,
                                             const std::vector<call_tensor>& tensors) {
  std::vector<const tensor_entry*> entries;
  for (const call_tensor& tensor : tensors) {
    if (tensor.before) tensor.before();
    const tensor_entry* entry = entries.emplace_back(find_entry(file, tensor));
    if (entry == nullptr && tensor.required)
      throw input_error(file.path(), tensor.name, "a tensor", "nothing");
    if (entry == nullptr) continue;
    try {
      read_sizes(file.path(), tensor, *entry);
    } catch (const input_error& misfit) {
      throw misfit.explained(shapes_text(file, one, tensor, *entry));
    }
  }
  return entries;
}

void read_tensors(const safetensors_file& file, const call& one, const std::vector<call_tensor>& tensors) {
  const std::vector<const tensor_entry*> entries = match_sizes(file, one, tensors);
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (entries[i] == nullptr) continue;
    if (tensors[i].values != nullptr)
      *tensors[i].values = read_values(file, tensors[i], *entries[i]);
    else
      *tensors[i].indices = read_indices(file.path(), tensors[i], *entries[i]);
  }
}

// What a half-precision model records differs from ref by roundings of that type, whatever type its inputs or
// its outputs were turned into for the file.
tensor_dtype coarsest_recording(const safetensors_file& file, const std::vector<call_tensor>& tensors) {
  tensor_dtype coarsest = tensor_dtype::f32;
  for (const call_tensor& tensor : tensors) {
    const tensor_entry* entry = file.find(tensor.name);
    const bool recorded = &tensor == &tensors.front() || tensor.name.starts_with("expect.");
    if (entry == nullptr || !recorded) continue;
    if (entry->dtype == tensor_dtype::bf16) return tensor_dtype::bf16;
    if (entry->dtype == tensor_dtype::f16) coarsest = tensor_dtype::f16;
  }
  return coarsest;
}

// What is written lies here until the file is.
struct converted_tensors {
  std::list<std::vector<float>> turned;
  std::list<std::vector<int32_t>> shortened;
};

void add_values(const call_tensor& tensor, converted_tensors& kept, safetensors_writer& writer) {
  const std::vector<int64_t> sizes = sizes_of(tensor);
  if (tensor.transposed) kept.turned.push_back(transpose(*tensor.values, sizes[1], sizes[0]));
  writer.add_floats(tensor.name, sizes, tensor.transposed ? kept.turned.back() : *tensor.values);
}

void add_indices(const call_tensor& tensor, converted_tensors& kept, safetensors_writer& writer) {
  const std::vector<int64_t>& all = *tensor.indices;
  if (!tensor.short_index)
    return writer.add(tensor.name, tensor_dtype::i64, sizes_of(tensor), all.data(),
                      all.size() * sizeof(int64_t));
  std::vector<int32_t>& list = kept.shortened.emplace_back(all.size());
  std::transform(all.begin(), all.end(), list.begin(),
                 [](int64_t value) { return static_cast<int32_t>(value); });
  writer.add(tensor.name, tensor_dtype::i32, sizes_of(tensor), list.data(), list.size() * sizeof(int32_t));
}

json describe_tensors(const call& one) {
  json tensors = json::object();
  for (const call_tensor& tensor : tensors_of(one)) {
    json entry;
    if (tensor.values != nullptr && !tensor.values->empty())
      entry = tensor_statistics(*tensor.values);
    else if (tensor.indices != nullptr && !tensor.indices->empty())
      entry["count"] = tensor.indices->size();
    else
      continue;
    entry["shape"] = sizes_of(tensor);
    tensors[tensor.name] = std::move(entry);
  }
  return tensors;
}

}  // namespace

const call_kind* kind_in(const std::string& path, call_kinds kinds) {
  try {
    const safetensors_file file = safetensors_file::open(path);
    const auto text = file.metadata().find("scansim");
    if (text == file.metadata().end()) return nullptr;
    const json root = parse_json_strict(text->second, path, metadata_reader::root_field);
    const auto name = root.is_object() ? root.find("operator") : root.end();
    for (const call_kind* kind : kinds)
      if (name != root.end() && *name == kind->name) return kind;
  } catch (const input_error&) {
  }
  return nullptr;
}

trace load_trace(const std::string& path, call_kinds kinds) {
  const safetensors_file file = safetensors_file::open(path);
  trace loaded;
  loaded.path = path;
  const auto text = file.metadata().find("scansim");
  if (text == file.metadata().end())
    throw input_error(path, "__metadata__.scansim", "the trace's description in JSON", "nothing");
  std::unique_ptr<call> one = read_trace_metadata(text->second, kinds, loaded);
  one->see_names(names_of(file));
  const std::vector<call_tensor> tensors = one->tensors();
  check_names(file, *one, tensors);
  read_tensors(file, *one, tensors);
  one->derive();
  check_call(*one, path);
  loaded.scales = read_stored_scales(text->second, *one, path);
  std::unique_ptr<call> run = one->as_run(path);
  loaded.call_ = run != nullptr ? std::move(run) : std::move(one);
  loaded.own_tolerance = loaded.tolerance.has_value();
  loaded.recorded_as = coarsest_recording(file, tensors);
  if (!loaded.own_tolerance && loaded.recorded_as != tensor_dtype::f32)
    loaded.tolerance = published_tolerance(loaded.recorded_as);
  loaded.sha256 = sha256_hex(file.file_data(), file.file_bytes());
  return loaded;
}

void write_trace(const std::string& path, const call& one, const json& provenance,
                 const std::optional<expect_tolerance>& tolerance, const stored_scales& scales) {
  check_call(one, path);
  const std::string metadata = write_trace_metadata(one, provenance, tolerance, scales);
  read_stored_scales(metadata, one, path);  // a written trace always loads
  if (!provenance.is_object()) throw input_error(path, "provenance", "an object", describe_json(provenance));
  converted_tensors kept;
  safetensors_writer writer;
  for (const call_tensor& tensor : tensors_of(one)) {
    if (tensor.values != nullptr && !tensor.values->empty()) add_values(tensor, kept, writer);
    if (tensor.indices != nullptr && !tensor.indices->empty()) add_indices(tensor, kept, writer);
  }
  writer.set_metadata("scansim", metadata);
  writer.write(path);
}

std::string tolerance_text(const trace& one) {
  const expect_tolerance tolerance = one.tolerance.value_or(expect_tolerance{});
  const std::string numbers = fmt::format("rtol {:g}, atol {:g}", tolerance.rtol, tolerance.atol);
  if (one.own_tolerance) return fmt::format("the trace's expect_tolerance ({})", numbers);
  return fmt::format("the tolerance of {} recordings ({}; expect_tolerance in the metadata sets another)",
                     dtype_name(one.recorded_as), numbers);
}

void write_scales(const std::string& from, const std::string& to, const call& one,
                  const stored_scales& scales) {
  const safetensors_file file = safetensors_file::open(from);
  safetensors_writer writer;
  for (const tensor_entry& entry : file.tensors())
    writer.add(entry.name, entry.dtype, entry.shape, entry.data, entry.bytes);
  for (const auto& [key, value] : file.metadata()) writer.set_metadata(key, value);
  const std::string metadata = with_scales(file.metadata().at("scansim"), scales, from);
  read_stored_scales(metadata, one, to);  // a written trace always loads
  writer.set_metadata("scansim", metadata);
  writer.write(to);
}

json describe(const trace& one) {
  json info = one.call_->describe_extra();
  const expect_tolerance tolerance = one.tolerance.value_or(expect_tolerance{});
  info["path"] = one.path;
  info["sha256"] = one.sha256;
  info["operator"] = one.call_->kind().name;
  info["expect_tolerance"] = {{"rtol", tolerance.rtol}, {"atol", tolerance.atol}};
  info["tensors"] = describe_tensors(*one.call_);
  for (size_t i = 0; i < one.scales.size(); ++i) info["scales"][i] = scales_to_json(*one.scales[i]);
  info["provenance"] = one.provenance;
  return info;
}

}  // namespace scansim
