// A checkpoint made of small tensors, as a file that lives as long as the object. Values are a sine of the
// index: no two rows are equal.
#pragma once
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "traces/safetensors.h"

namespace scansim {

struct weight {
  std::vector<int64_t> shape;
  std::vector<float> values;
};
using written_tensors = std::map<std::string, weight>;

inline weight filled(const std::vector<int64_t>& shape) {
  size_t count = 1;
  for (const int64_t size : shape) count *= static_cast<size_t>(size);
  weight w{shape, std::vector<float>(count)};
  for (size_t i = 0; i < count; ++i) w.values[i] = 0.1F * std::sin(static_cast<float>(i));
  return w;
}

class written_checkpoint {
 public:
  written_checkpoint(std::string path, const written_tensors& c, const std::string& metadata)
      : path_(std::move(path)) {
    safetensors_writer writer;
    for (const auto& [name, w] : c) writer.add_floats(name, w.shape, w.values);
    if (!metadata.empty()) writer.set_metadata("scansim", metadata);
    writer.write(path_);
  }
  written_checkpoint(const written_checkpoint&) = delete;
  ~written_checkpoint() { std::filesystem::remove(path_); }

 private:
  std::string path_;
};

}  // namespace scansim
