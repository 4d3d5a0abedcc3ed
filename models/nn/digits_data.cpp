#include "models/nn/digits_data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "models/nn/vim_model.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

constexpr int digit_classes = 10;

std::vector<uint8_t> read_bytes(const safetensors_file& file, const std::string& name, size_t rank,
                                int largest, std::vector<int64_t>& shape) {
  const tensor_entry* entry = file.find(name);
  if (entry == nullptr) throw input_error(file.path(), name, "a tensor of this name", "none");
  if (entry->dtype != tensor_dtype::u8 || entry->shape.size() != rank || entry->count() == 0) {
    throw input_error(
        file.path(), name, fmt::format("U8 with {} axes of at least one element", rank),
        fmt::format("{} of shape [{}]", dtype_name(entry->dtype), fmt::join(entry->shape, ", ")));
  }
  const auto* first = reinterpret_cast<const uint8_t*>(entry->data);
  std::vector<uint8_t> values(first, first + entry->bytes);
  const int found = *std::max_element(values.begin(), values.end());
  if (found > largest) {
    throw input_error(file.path(), name, fmt::format("values of at most {}", largest),
                      fmt::format("{}", found));
  }
  shape = entry->shape;
  return values;
}

digit_set read_set(const safetensors_file& file, const std::string& part) {
  digit_set set;
  std::vector<int64_t> images, labels;
  set.pixels = read_bytes(file, part + ".images", 3, pixel_max, images);
  set.labels = read_bytes(file, part + ".labels", 1, digit_classes - 1, labels);
  if (images[1] != images[2]) {
    throw input_error(file.path(), part + ".images", "square images",
                      fmt::format("{}x{}", images[1], images[2]));
  }
  if (labels[0] != images[0]) {
    throw input_error(file.path(), part + ".labels", fmt::format("{} as there are images", images[0]),
                      fmt::format("{}", labels[0]));
  }
  set.side = images[1];
  return set;
}

}  // namespace

std::span<const uint8_t> digit_set::image(int64_t index) const {
  if (index < 0 || index >= size())
    throw std::out_of_range(fmt::format("image {} outside 0..{}", index, size() - 1));
  return std::span(pixels).subspan(static_cast<size_t>(index * side * side),
                                   static_cast<size_t>(side * side));
}

digits_data load_digits(const std::string& path) {
  const safetensors_file file = safetensors_file::open(path);
  digits_data data = {.train = read_set(file, "train"), .test = read_set(file, "test")};
  if (data.train.side != data.test.side) {
    throw input_error(path, "test.images", fmt::format("images of {0}x{0} as in train", data.train.side),
                      fmt::format("{0}x{0}", data.test.side));
  }
  return data;
}

int64_t count_correct(const image_classifier& classifier, const digit_set& images) {
  int64_t correct = 0;
  for (int64_t i = 0; i < images.size(); ++i) {
    const Eigen::VectorXf logits = classifier(images.image(i));
    Eigen::Index best = 0;
    logits.maxCoeff(&best);
    if (!logits.hasNaN() && best == images.labels[static_cast<size_t>(i)]) ++correct;
  }
  return correct;
}

}  // namespace scansim
