#include "traces/calls/extreme_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"
#include "traces/random_streams.h"

namespace scansim {
namespace {

constexpr int64_t byte_bits = 8, word_bits = 16;

class extreme_tensor {
 public:
  extreme_tensor(std::vector<float>& values, int64_t bits, random_stream& stream)
      : values_(values), stream_(stream) {
    float most = 0;
    for (const float value : values) {
      most = std::max(most, std::abs(value));
      has_negative_ |= value<0, has_positive_ |= value> 0;
    }
    int exponent = 0;  // of the least power of two that is no less
    if (std::frexp(most, &exponent) == 0.5F) --exponent;
    const int grown = static_cast<int>(below(2));  // by one bit: what is calculated of it saturates
    unit_ = std::ldexp(1.0F, exponent + grown - static_cast<int>(bits) + 1);
    top_ = (int64_t{1} << (bits - 1)) - 1;
  }

  void fill(int64_t row_length) {
    const auto row = static_cast<size_t>(row_length);
    for (size_t at = 0; at < values_.size(); at += row) fill_row(at, std::min(row, values_.size() - at));
  }

 private:
  size_t below(size_t count) {
    return std::min(count - 1, static_cast<size_t>(stream_.uniform() * static_cast<double>(count)));
  }

  void fill_row(size_t from, size_t count) {
    enum pattern { drawn, turns, mixed, ramp, all_most, all_least, patterns };
    const size_t chosen = from == 0 ? size_t{turns} : below(patterns);  // the scale follows from the first
    if (chosen == drawn) return;
    const size_t start = below(static_cast<size_t>(2 * top_ + 2));
    for (size_t i = 0; i < count; ++i) {
      float& value = values_[from + i];
      if (value == 0) continue;
      int64_t q = 0;
      if (chosen == turns) q = i % 2 == 0 ? top_ : -top_ - 1;
      if (chosen == mixed) q = edge();
      if (chosen == ramp)
        q = static_cast<int64_t>((start + i) % static_cast<size_t>(2 * top_ + 2)) - top_ - 1;
      if (chosen == all_most) q = top_;
      if (chosen == all_least) q = -top_ - 1;
      value = unit_ * static_cast<float>(of_sign(q));
    }
  }
  int64_t edge() {
    const int64_t edges[] = {top_, -top_ - 1, 0, 1, -1, top_ - 1, -top_};
    return edges[below(std::size(edges))];
  }
  int64_t of_sign(int64_t q) const {
    if (!has_negative_ && q < 0) return -q - 1;
    if (!has_positive_ && q > 0) return -q - 1;
    return q;
  }

  std::vector<float>& values_;
  random_stream& stream_;
  bool has_negative_ = false, has_positive_ = false;
  float unit_ = 1;
  int64_t top_ = 0;
};

}  // namespace

generator_option extremes_option(int64_t& bits) {
  return {.flag = "--extremes",
          .text = "Operands at the edges of a format of so many bits, 8 or 16, in the place of drawn ones",
          .integer = &bits,
          .least = 0,
          .most = word_bits};
}

void make_extreme(call& one, int64_t bits, uint64_t seed) {
  if (bits == 0) return;
  if (bits != byte_bits && bits != word_bits)
    throw input_error("generate", "--extremes", "8 or 16", fmt::format("{}", bits));
  for (const call_tensor& tensor : one.tensors()) {
    if (tensor.values == nullptr || tensor.values->empty() || tensor.name.starts_with("expect.")) continue;
    random_stream stream(seed, "extremes." + tensor.name);
    const std::vector<int64_t> sizes = sizes_of(tensor);
    extreme_tensor(*tensor.values, sizes.size() < 2 ? word_bits : bits, stream).fill(sizes.back());
  }
}

}  // namespace scansim
