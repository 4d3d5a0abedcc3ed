#include "host/accuracy/byte_mamba_accuracy.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "host/accuracy/model_scales.h"
#include "host/accuracy/prune_projections.h"
#include "host/accuracy/quantise_mamba.h"
#include "host/accuracy/quantiser_ablation.h"
#include "host/accuracy/scored_tokens.h"
#include "models/configs/data_directory.h"
#include "models/nn/bits_per_byte.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

double quantised_bits(const quantised_mamba& model, const scored_tokens& tokens,
                      const accuracy_request& request, nlohmann::json& details) {
  std::vector<model_saturations> saturations(static_cast<size_t>(request.workers));
  std::vector<scan_machine> machines;
  for (int worker = 0; worker < request.workers; ++worker) machines.emplace_back(request.point);
  const window_logits logits = [&](std::span<const int32_t> window, int worker) {
    const auto w = static_cast<size_t>(worker);
    quantised_state state = zero_state(model);
    return forward(model, window, state, machines[w], saturations[w]);
  };
  const double bits = bits_per_token(logits, tokens.scored, tokens.context, request.workers);
  for (size_t w = 1; w < saturations.size(); ++w) add(saturations[w], saturations[0]);
  details["saturations"] = to_json(saturations[0]);
  return bits;
}

double float_bits(const mamba_model& model, const scored_tokens& tokens, int workers) {
  return bits_per_token([&](std::span<const int32_t> window, int) { return model.forward(window); },
                        tokens.scored, tokens.context, workers);
}

// Perplexity is of tokens, whatever those are; bits per byte have none.
void add_perplexity(const accuracy_request& request, accuracy_result& result) {
  if (request.tokens.empty()) return;
  result.details["perplexity"] = std::exp2(result.value);
  result.details["baseline_perplexity"] = std::exp2(result.baseline);
}

// What the scales were chosen on.
nlohmann::json calibration_of(const scored_tokens& tokens) {
  return {{"tokens", tokens.calibration.size()},
          {"sha256", sha256_hex(tokens.calibration.data(), sizeof(int32_t) * tokens.calibration.size())},
          {"windows", tokens.windows},
          {"window", tokens.context}};
}

void measure_quantised(const mamba_model& model, const scored_tokens& tokens,
                       const std::vector<std::span<const int32_t>>& windows,
                       const std::optional<mamba_scales>& given, const accuracy_request& request,
                       accuracy_result& result) {
  scan_machine machine(request.point);
  mamba_scales scales;
  const quantised_mamba quantised = given ? quantise_mamba(model, *given, request.format, machine)
                                          : quantise_mamba(model, windows, request.format, machine, &scales);
  if (request.gives_scales)
    result.scales =
        model_scales_text(scales, model.weights(), request.format, request.point, calibration_of(tokens));
  result.value = quantised_bits(quantised, tokens, request, result.details);
  if (!request.ablation) return;
  for (const ablation_row& row : ablate_quantisers(model, quantised, activation_record(model, windows),
                                                   tokens.scored, tokens.context, request.workers)) {
    result.details["ablation"].push_back(
        {{"quantiser", row.quantiser}, {"alone", row.alone}, {"all_but_it", row.all_but_it}});
  }
}

}  // namespace

accuracy_result measure_byte_mamba(const accuracy_request& request) {
  return measure_checkpoint(data_directory() + "/models/nn/byte-mamba.safetensors", request);
}

accuracy_result measure_checkpoint(const std::string& path, const accuracy_request& request) {
  const mamba_model model = mamba_model::load(path);
  std::optional<mamba_scales> given;
  if (!request.scales.empty())
    given = read_model_scales(request.scales, model.weights(), request.format, request.point);
  const scored_tokens tokens = request.tokens.empty() ? heldout_bytes(request, path, model.config().vocab)
                                                      : tokens_of_files(request, model.config());
  const auto windows = spread_windows(std::span<const int32_t>(tokens.calibration), tokens.windows,
                                      static_cast<size_t>(tokens.context));
  accuracy_result result;
  result.metric = tokens.metric;
  result.details = tokens.details;
  result.details["context"] = tokens.context;
  result.baseline = result.value = float_bits(model, tokens, request.workers);
  if (request.quantised) {
    measure_quantised(model, tokens, windows, given, request, result);
  } else if (request.format.prunes()) {
    const mamba_model pruned(prune_projections(model, activation_record(model, windows), request.format));
    result.value = float_bits(pruned, tokens, request.workers);
  }
  add_perplexity(request, result);
  return result;
}

}  // namespace scansim
