#include "host/accuracy/digits_vim_accuracy.h"

#include "host/accuracy/digits_scoring.h"
#include "host/accuracy/prune_projections.h"
#include "host/accuracy/quantise_vim.h"
#include "models/configs/data_directory.h"

namespace scansim {

accuracy_result measure_digits_vim(const accuracy_request& request) {
  return measure_vim_checkpoint(data_directory() + "/models/nn/digits-vim.safetensors", request);
}

accuracy_result measure_vim_checkpoint(const std::string& path, const accuracy_request& request) {
  const vim_model model = vim_model::load(path);
  const digits_scoring scoring(request, path, model.config().image, model.config().classes);
  const auto float_accuracy = [&](const vim_model& any) {
    return scoring.share_correct([&](std::span<const uint8_t> image) { return any.classify(image); });
  };
  accuracy_result result = scoring.empty_result();
  result.baseline = float_accuracy(model);
  if (!request.quantised) {
    result.value = result.baseline;
    if (request.format.prunes()) {
      const activation_record record(model, scoring.calibration);
      result.value = float_accuracy(vim_model(prune_projections(model, record, request.format)));
    }
    return result;
  }
  scan_machine machine(request.point);
  const quantised_vim quantised = quantise_vim(model, scoring.calibration, request.format, machine);
  model_saturations saturations;
  result.value = scoring.share_correct(
      [&](std::span<const uint8_t> image) { return classify(quantised, image, machine, saturations); });
  result.details["saturations"] = to_json(saturations);
  return result;
}

}  // namespace scansim
