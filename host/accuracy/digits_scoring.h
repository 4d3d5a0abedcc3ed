// What every image classifier is scored with: the 600 test images of models/nn/digits.safetensors, and 128 of
// its training images, spread evenly, for whatever is chosen.
// Contract: errors are input_error: a request that is for models of text, or a model for other images.
#pragma once
#include <string>
#include <vector>

#include "host/accuracy/accuracy_models.h"
#include "models/nn/digits_data.h"

namespace scansim {

struct digits_scoring {
  // `path`: of the model, for errors; `image`, `classes`: its sizes.
  digits_scoring(const accuracy_request& request, const std::string& path, int64_t image, int64_t classes);

  digits_data data;
  std::vector<std::span<const uint8_t>> calibration;

  double share_correct(const image_classifier& classifier) const;
  // Metric, what was scored and on what was calibrated; no values.
  accuracy_result empty_result() const;
};

}  // namespace scansim
