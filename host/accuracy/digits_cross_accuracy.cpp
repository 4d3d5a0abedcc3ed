#include "host/accuracy/digits_cross_accuracy.h"

#include "host/accuracy/digits_scoring.h"
#include "host/accuracy/quantise_cross.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

void refuse_patterns(const accuracy_request& request) {
  const char* const expected = "a byte-level model or a Vision Mamba (a cross scan is not pruned)";
  if (request.format.pattern) throw input_error("command line", "--pattern", expected, request.model);
  if (request.format.state_pattern)
    throw input_error("command line", "--state-pattern", expected, request.model);
  if (!request.format.hadamard)
    throw input_error("command line", "--no-hadamard", "a model with a Hadamard matrix", request.model);
}

}  // namespace

accuracy_result measure_digits_cross(const accuracy_request& request) {
  return measure_cross_checkpoint(data_directory() + "/models/nn/digits-cross.safetensors", request);
}

accuracy_result measure_cross_checkpoint(const std::string& path, const accuracy_request& request) {
  refuse_patterns(request);
  const cross_model model = cross_model::load(path);
  const digits_scoring scoring(request, path, model.config().image, model.config().classes);
  accuracy_result result = scoring.empty_result();
  result.details["hadamard"] = false;
  result.baseline = result.value =
      scoring.share_correct([&](std::span<const uint8_t> image) { return model.classify(image); });
  if (!request.quantised) return result;
  scan_machine machine(request.point);
  const quantised_cross quantised = quantise_cross(model, scoring.calibration, request.format, request.point);
  model_saturations saturations;
  result.value = scoring.share_correct(
      [&](std::span<const uint8_t> image) { return classify(quantised, image, machine, saturations); });
  result.details["saturations"] = to_json(saturations);
  return result;
}

}  // namespace scansim
