#include "host/accuracy/digits_vim_accuracy.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/accuracy/prune_projections.h"
#include "host/accuracy/quantise_vim.h"
#include "models/configs/data_directory.h"
#include "models/nn/digits_data.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int64_t calibration_images = 128;

void check_request(const accuracy_request& request) {
  if (request.bytes != 0) {
    throw input_error("command line", "--bytes", "a byte-level model (images are all scored)", request.model);
  }
  if (request.ablation) throw input_error("command line", "--ablation", "a byte-level model", request.model);
}

void check_model(const std::string& path, const vim_config& config, const digits_data& data) {
  if (config.image != data.test.side) {
    throw input_error(path, "image size", fmt::format("{}", data.test.side), fmt::format("{}", config.image));
  }
  const int labels = 1 + *std::max_element(data.train.labels.begin(), data.train.labels.end());
  if (config.classes != labels)
    throw input_error(path, "classes", fmt::format("{}", labels), fmt::format("{}", config.classes));
}

std::vector<std::span<const uint8_t>> spread_images(const digit_set& set, int64_t count) {
  std::vector<std::span<const uint8_t>> images;
  for (int64_t i = 0; i < count; ++i) images.push_back(set.image(i * set.size() / count));
  return images;
}

double share_correct(int64_t correct, const digit_set& set) {
  return static_cast<double>(correct) / static_cast<double>(set.size());
}

double float_accuracy(const vim_model& model, const digit_set& set) {
  return share_correct(
      count_correct([&](std::span<const uint8_t> image) { return model.classify(image); }, set), set);
}

}  // namespace

accuracy_result measure_digits_vim(const accuracy_request& request) {
  return measure_vim_checkpoint(data_directory() + "/models/nn/digits-vim.safetensors", request);
}

accuracy_result measure_vim_checkpoint(const std::string& path, const accuracy_request& request) {
  check_request(request);
  const vim_model model = vim_model::load(path);
  const digits_data data = load_digits(data_directory() + "/models/nn/digits.safetensors");
  check_model(path, model.config(), data);
  const int64_t count = std::min(calibration_images, data.train.size());
  const auto images = spread_images(data.train, count);

  accuracy_result result;
  result.metric = "accuracy";
  result.details["scored_images"] = data.test.size();
  result.details["calibration"] = fmt::format("{} of {} training images", count, data.train.size());
  result.baseline = float_accuracy(model, data.test);
  if (!request.quantised) {
    result.value = result.baseline;
    if (request.format.prunes()) {
      const vim_model pruned(prune_projections(model, activation_record(model, images), request.format));
      result.value = float_accuracy(pruned, data.test);
    }
    return result;
  }
  scan_machine machine(request.point);
  const quantised_vim quantised = quantise_vim(model, images, request.format, machine);
  model_saturations saturations;
  const image_classifier classifier = [&](std::span<const uint8_t> image) {
    return classify(quantised, image, machine, saturations);
  };
  result.value = share_correct(count_correct(classifier, data.test), data.test);
  result.details["saturations"] = to_json(saturations);
  return result;
}

}  // namespace scansim
