// The writer: header text from the tensors' layout, then the data.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "traces/output_file.h"
#include "traces/safetensors.h"

namespace scansim {

using nlohmann::ordered_json;

void safetensors_writer::add(const std::string& name, tensor_dtype dtype, const std::vector<int64_t>& shape,
                             const void* data, size_t bytes) {
  size_t expected = dtype_bytes(dtype);
  for (const int64_t size : shape) {
    if (size < 0) throw std::invalid_argument("safetensors_writer: negative size in " + name);
    expected *= static_cast<size_t>(size);
  }
  if (bytes != expected) throw std::invalid_argument("safetensors_writer: wrong number of bytes for " + name);
  for (const auto& tensor : tensors_) {
    if (tensor.name == name) throw std::invalid_argument("safetensors_writer: two tensors named " + name);
  }
  tensors_.push_back({name, dtype, shape, static_cast<const std::byte*>(data), bytes});
}

void safetensors_writer::add_floats(const std::string& name, const std::vector<int64_t>& shape,
                                    const std::vector<float>& values) {
  add(name, tensor_dtype::f32, shape, values.data(), values.size() * sizeof(float));
}

void safetensors_writer::write(const std::string& path) const {
  std::vector<const tensor_entry*> order;
  for (const auto& tensor : tensors_) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(), [](const tensor_entry* x, const tensor_entry* y) {
    return dtype_bytes(x->dtype) > dtype_bytes(y->dtype);
  });

  ordered_json header = ordered_json::object();
  if (!metadata_.empty()) header["__metadata__"] = metadata_;
  size_t offset = 0;
  for (const auto* tensor : order) {
    header[tensor->name] = {{"dtype", dtype_name(tensor->dtype)},
                            {"shape", tensor->shape},
                            {"data_offsets", {offset, offset + tensor->bytes}}};
    offset += tensor->bytes;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');

  const uint64_t length = text.size();
  output_file file(path);
  file.write(&length, sizeof length);
  file.write(text.data(), text.size());
  for (const auto* tensor : order) file.write(tensor->data, tensor->bytes);
  file.commit();
}

}  // namespace scansim
