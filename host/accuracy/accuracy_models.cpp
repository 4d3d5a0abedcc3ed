#include "host/accuracy/accuracy_models.h"

#include <filesystem>

#include "host/accuracy/byte_mamba_accuracy.h"
#include "host/accuracy/digits_cross_accuracy.h"
#include "host/accuracy/digits_vim_accuracy.h"
#include "models/nn/cross_model.h"
#include "models/nn/vim_model.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr accuracy_model models[] = {
    {"byte-mamba", "byte-level Mamba, held-out bits per byte", measure_byte_mamba},
    {"digits-vim", "bidirectional Vision Mamba, share of handwritten digits right", measure_digits_vim},
    {"digits-cross", "vision model that scans in four orders, share of handwritten digits right",
     measure_digits_cross},
};

}  // namespace

std::span<const accuracy_model> accuracy_models() { return models; }

nlohmann::json to_json(const model_saturations& s) {
  return {{"requantise", s.block.requantise},
          {"conv", s.block.conv},
          {"hadamard", s.block.hadamard},
          {"norm", s.block.norm},
          {"delta", s.scan.delta},
          {"du", s.scan.du},
          {"skip", s.scan.skip},
          {"state", s.scan.state},
          {"v", s.scan.v},
          {"y", s.scan.y},
          {"quant", s.scan.quant}};
}

bool is_images(const std::string& model) {
  for (const accuracy_model& one : models)
    if (model == one.name) return one.measure != measure_byte_mamba;
  std::error_code failed;
  return std::filesystem::exists(model, failed) && (is_cross_checkpoint(model) || is_vim_checkpoint(model));
}

accuracy_result measure_accuracy(const accuracy_request& request) {
  std::string names;
  for (const accuracy_model& model : models) {
    if (request.model == model.name) return model.measure(request);
    names += std::string(model.name) + ", ";
  }
  std::error_code failed;
  if (!std::filesystem::exists(request.model, failed))
    throw input_error("command line", "--model",
                      names + "or the path of a checkpoint (.safetensors, or the .index.json of its shards)",
                      "'" + request.model + "'");
  try {
    if (is_cross_checkpoint(request.model)) return measure_cross_checkpoint(request.model, request);
    return is_vim_checkpoint(request.model) ? measure_vim_checkpoint(request.model, request)
                                            : measure_checkpoint(request.model, request);
  } catch (const input_error& cause) {
    if (cause.names("model")) throw input_error(request.model, cause);
    throw;
  }
}

}  // namespace scansim
