#include "host/accuracy/accuracy_models.h"

#include "host/accuracy/byte_mamba_accuracy.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr accuracy_model models[] = {
    {"byte-mamba", "byte-level Mamba, held-out bits per byte", measure_byte_mamba},
};

}  // namespace

std::span<const accuracy_model> accuracy_models() { return models; }

accuracy_result measure_accuracy(const accuracy_request& request) {
  std::string names;
  for (const accuracy_model& model : models) {
    if (request.model == model.name) return model.measure(request);
    names += std::string(model.name) + ", ";
  }
  if (!request.model.ends_with(".safetensors")) {
    throw input_error("command line", "--model", names + "or a path ending in .safetensors",
                      "'" + request.model + "'");
  }
  return measure_checkpoint(request.model, request);
}

}  // namespace scansim
