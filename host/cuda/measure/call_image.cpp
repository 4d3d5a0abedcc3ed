#include "host/cuda/measure/call_image.h"

#include <cstring>
#include <stdexcept>

#include "host/cuda/numerics/storage_types.h"

namespace scansim {
namespace {

constexpr size_t boundary = 256;

template <class T>
std::vector<std::byte> convert(const std::vector<float>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (size_t k = 0; k < values.size(); ++k) {
    const T value = from_float<T>(values[k]);
    std::memcpy(bytes.data() + k * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

template <class T>
std::vector<float> convert_back(const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (size_t k = 0; k < values.size(); ++k) {
    T value;
    std::memcpy(&value, bytes.data() + k * sizeof(T), sizeof(T));
    values[k] = to_float(value);
  }
  return values;
}

}  // namespace

size_t storage_bytes(gpu_precision storage) {
  switch (storage) {
    case gpu_precision::fp32:
      return 4;
    case gpu_precision::fp16:
    case gpu_precision::bf16:
      return 2;
    default:
      return 1;
  }
}

std::vector<std::byte> to_storage(const std::vector<float>& values, gpu_precision storage) {
  switch (storage) {
    case gpu_precision::fp32:
      return convert<float>(values);
    case gpu_precision::fp16:
      return convert<half_bits>(values);
    case gpu_precision::bf16:
      return convert<bfloat16_bits>(values);
    default:
      throw std::invalid_argument("to_storage: not a float precision");
  }
}

std::vector<float> from_storage(const std::vector<std::byte>& bytes, gpu_precision storage) {
  switch (storage) {
    case gpu_precision::fp32:
      return convert_back<float>(bytes);
    case gpu_precision::fp16:
      return convert_back<half_bits>(bytes);
    case gpu_precision::bf16:
      return convert_back<bfloat16_bits>(bytes);
    default:
      throw std::invalid_argument("from_storage: not a float precision");
  }
}

int64_t call_image::add_floats(const std::vector<float>& values, gpu_precision storage) {
  if (values.empty()) return none;
  const std::vector<std::byte> stored = to_storage(values, storage);
  return add_bytes(stored.data(), stored.size());
}

int64_t call_image::add_int8(const std::vector<int8_t>& values) {
  return values.empty() ? none : add_bytes(values.data(), values.size());
}

int64_t call_image::add_bytes(const void* data, size_t bytes) {
  const int64_t offset = reserve(bytes);
  std::memcpy(bytes_.data() + offset, data, bytes);
  return offset;
}

int64_t call_image::reserve(size_t bytes) {
  const size_t offset = bytes_.size();
  bytes_.resize(offset + (bytes + boundary - 1) / boundary * boundary);
  return static_cast<int64_t>(offset);
}

}  // namespace scansim
