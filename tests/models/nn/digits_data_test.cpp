// The image file and the accuracy measure.
#include "models/nn/digits_data.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <map>

#include "tests/support/places.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"

namespace scansim {
namespace {

struct byte_tensor {
  std::vector<int64_t> shape;
  std::vector<uint8_t> values;
};
using byte_file = std::map<std::string, byte_tensor>;

byte_file small_file() {
  return {{"train.images", {{2, 3, 3}, std::vector<uint8_t>(18, 16)}},
          {"train.labels", {{2}, {0, 9}}},
          {"test.images", {{1, 3, 3}, std::vector<uint8_t>(9, 0)}},
          {"test.labels", {{1}, {4}}}};
}

digits_data digits_round_trip(const byte_file& tensors, tensor_dtype dtype = tensor_dtype::u8) {
  const std::string path = test::build_dir() + "/digits_data_test.safetensors";
  safetensors_writer writer;
  for (const auto& [name, t] : tensors) writer.add(name, dtype, t.shape, t.values.data(), t.values.size());
  writer.write(path);
  struct remover {
    const std::string& path;
    ~remover() { std::filesystem::remove(path); }
  } const cleanup{path};
  return load_digits(path);
}

std::string digits_failure(const byte_file& tensors, tensor_dtype dtype = tensor_dtype::u8) {
  try {
    digits_round_trip(tensors, dtype);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("digits_data nn holds the stated split with every class in both parts", "[format][nn]") {
  const digits_data data = load_digits(test::source_dir() + "/models/nn/digits.safetensors");
  CHECK(data.train.size() == 1197);
  CHECK(data.test.size() == 600);
  CHECK(data.test.side == 8);
  for (const digit_set* set : {&data.train, &data.test}) {
    for (int label = 0; label < 10; ++label) {
      const auto count = std::count(set->labels.begin(), set->labels.end(), label);
      CHECK(count > set->size() / 12);
      CHECK(count < set->size() / 8);
    }
  }
  // No test image occurs in training.
  for (int64_t i = 0; i < data.test.size(); ++i) {
    for (int64_t j = 0; j < data.train.size(); ++j) {
      const auto a = data.test.image(i), b = data.train.image(j);
      if (std::equal(a.begin(), a.end(), b.begin())) FAIL("test image " << i << " is training image " << j);
    }
  }
  CHECK_THROWS_AS(data.test.image(600), std::out_of_range);
  CHECK_THROWS_AS(data.test.image(-1), std::out_of_range);
}

TEST_CASE("digits_data nn names what does not fit", "[negative][nn]") {
  const byte_file whole = small_file();
  REQUIRE(digits_failure(whole).empty());
  for (const auto& [name, t] : whole) {
    byte_file c = whole;
    c.erase(name);
    CHECK(digits_failure(c).find(": " + name + ": expected a tensor") != std::string::npos);
    c = whole;
    c[name].values.back() = 17;
    CHECK(digits_failure(c).find(": " + name + ": expected values of at most") != std::string::npos);
    c[name] = {{0}, {}};
    CHECK(digits_failure(c).find(": " + name + ": expected U8") != std::string::npos);
  }
  CHECK(digits_failure(whole, tensor_dtype::i8).find("expected U8") != std::string::npos);
  byte_file c = whole;
  c["train.labels"] = {{3}, {1, 2, 3}};
  CHECK(digits_failure(c).find("train.labels: expected 2 as there are images") != std::string::npos);
  c = whole;
  c["train.images"].shape = {2, 9, 1};
  CHECK(digits_failure(c).find("train.images: expected square") != std::string::npos);
  c = whole;
  c["test.images"] = {{1, 2, 2}, {1, 2, 3, 4}};
  CHECK(digits_failure(c).find("test.images: expected images of 3x3") != std::string::npos);
}

TEST_CASE("count_correct nn takes the first of equal logits and no NaN", "[property][nn]") {
  digit_set set{.side = 1, .pixels = {0, 1, 2}, .labels = {0, 1, 1}};
  const auto first_pixel = [](std::span<const uint8_t> image) {
    Eigen::VectorXf logits = Eigen::VectorXf::Zero(2);
    if (image[0] == 1) logits[1] = 1;
    if (image[0] == 2) logits << 0, std::numeric_limits<float>::quiet_NaN();
    return logits;
  };
  CHECK(count_correct(first_pixel, set) == 2);
  set.labels = {1, 0, 0};
  CHECK(count_correct(first_pixel, set) == 0);
}

}  // namespace
}  // namespace scansim
