// The images that an image classifier is measured on, and the measure: how many get their own class.
// Contract: a safetensors file with U8 tensors train.images, test.images (n, side, side), pixels 0..16, and
// train.labels, test.labels (n), below 10; everything else is an input_error naming the tensor. The test
// images are for measuring only: calibration and pruning take the training images. It does not decode image
// formats.
#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace scansim {

struct digit_set {
  int64_t side = 0;
  std::vector<uint8_t> pixels;  // (n, side, side)
  std::vector<uint8_t> labels;  // (n)

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  std::span<const uint8_t> image(int64_t index) const;  // 0 <= index < size(), else std::out_of_range
};

struct digits_data {
  digit_set train, test;
};

digits_data load_digits(const std::string& path);

// Logits of one image, at least one class.
using image_classifier = std::function<Eigen::VectorXf(std::span<const uint8_t> image)>;

// Images whose greatest logit (the first of equals) is that of their label. A logit that is not a number
// counts as a wrong image.
int64_t count_correct(const image_classifier& classifier, const digit_set& images);

}  // namespace scansim
