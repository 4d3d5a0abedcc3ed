#include "host/accuracy/digits_scoring.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int64_t calibration_images = 128;

digits_data load_for(const accuracy_request& request) {
  if (request.bytes != 0) {
    throw input_error("command line", "--bytes", "a byte-level model (images are all scored)", request.model);
  }
  if (!request.tokens.empty())
    throw input_error("command line", "--tokens", "a language model", request.model);
  if (request.ablation) throw input_error("command line", "--ablation", "a byte-level model", request.model);
  return load_digits(data_directory() + "/models/nn/digits.safetensors");
}

}  // namespace

digits_scoring::digits_scoring(const accuracy_request& request, const std::string& path, int64_t image,
                               int64_t classes)
    : data(load_for(request)) {
  if (image != data.test.side)
    throw input_error(path, "image size", fmt::format("{}", data.test.side), fmt::format("{}", image));
  const int labels = 1 + *std::max_element(data.train.labels.begin(), data.train.labels.end());
  if (classes != labels)
    throw input_error(path, "classes", fmt::format("{}", labels), fmt::format("{}", classes));
  const int64_t count = std::min(calibration_images, data.train.size());
  for (int64_t i = 0; i < count; ++i) calibration.push_back(data.train.image(i * data.train.size() / count));
}

double digits_scoring::share_correct(const image_classifier& classifier) const {
  return static_cast<double>(count_correct(classifier, data.test)) / static_cast<double>(data.test.size());
}

accuracy_result digits_scoring::empty_result() const {
  accuracy_result result;
  result.metric = "accuracy";
  result.details["scored_images"] = data.test.size();
  result.details["calibration"] =
      fmt::format("{} of {} training images", calibration.size(), data.train.size());
  return result;
}

}  // namespace scansim
