#include "host/accuracy/byte_mamba_accuracy.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "host/accuracy/prune_projections.h"
#include "host/accuracy/quantise_mamba.h"
#include "host/accuracy/quantiser_ablation.h"
#include "models/configs/data_directory.h"
#include "models/nn/bits_per_byte.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr size_t test_split = 65536;  // bytes from the start of heldout.txt
constexpr int64_t context = 512;
constexpr size_t calibration_windows = 8;

std::vector<uint8_t> read_heldout() {
  const std::string path = data_directory() + "/models/nn/heldout.txt";
  std::ifstream in(path, std::ios::binary);
  std::vector<uint8_t> text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text.size() < test_split + calibration_windows * context) {
    throw input_error(path, "text",
                      fmt::format("at least {} bytes", test_split + calibration_windows * context),
                      fmt::format("{}", text.size()));
  }
  return text;
}

double quantised_bits(const quantised_mamba& model, std::span<const uint8_t> scored,
                      const accuracy_request& request, nlohmann::json& details) {
  std::vector<model_saturations> saturations(static_cast<size_t>(request.workers));
  std::vector<scan_machine> machines;
  for (int worker = 0; worker < request.workers; ++worker) machines.emplace_back(request.point);
  const window_logits logits = [&](std::span<const int32_t> tokens, int worker) {
    const auto w = static_cast<size_t>(worker);
    quantised_state state = zero_state(model);
    return forward(model, tokens, state, machines[w], saturations[w]);
  };
  const double bits = bits_per_byte(logits, scored, context, request.workers);
  for (size_t w = 1; w < saturations.size(); ++w) add(saturations[w], saturations[0]);
  details["saturations"] = to_json(saturations[0]);
  return bits;
}

double float_bits(const mamba_model& model, std::span<const uint8_t> scored, int workers) {
  return bits_per_byte([&](std::span<const int32_t> tokens, int) { return model.forward(tokens); }, scored,
                       context, workers);
}

}  // namespace

accuracy_result measure_byte_mamba(const accuracy_request& request) {
  return measure_checkpoint(data_directory() + "/models/nn/byte-mamba.safetensors", request);
}

accuracy_result measure_checkpoint(const std::string& path, const accuracy_request& request) {
  const mamba_model model = mamba_model::load(path);
  if (model.config().vocab != 256) {
    throw input_error(path, "vocabulary", "256 (a byte-level model)",
                      fmt::format("{}", model.config().vocab));
  }
  const std::vector<uint8_t> text = read_heldout();
  const size_t bytes = request.bytes == 0 ? test_split : static_cast<size_t>(request.bytes);
  if (bytes < 2 || bytes > test_split) {
    throw input_error("command line", "--bytes", fmt::format("2 to {}", test_split),
                      fmt::format("{}", request.bytes));
  }
  const auto scored = std::span(text).first(bytes);
  const auto windows = spread_windows(std::span(text).subspan(test_split), calibration_windows, context);

  accuracy_result result;
  result.metric = "bits_per_byte";
  result.details["scored_bytes"] = bytes;
  result.details["context"] = context;
  result.details["calibration"] = fmt::format("{} windows of {} bytes of heldout.txt behind the first {}",
                                              windows.size(), context, test_split);
  result.baseline = float_bits(model, scored, request.workers);
  if (!request.quantised) {
    result.value = result.baseline;
    if (request.format.prunes()) {
      const mamba_model pruned(prune_projections(model, activation_record(model, windows), request.format));
      result.value = float_bits(pruned, scored, request.workers);
    }
    return result;
  }
  scan_machine machine(request.point);
  const quantised_mamba quantised = quantise_mamba(model, windows, request.format, machine);
  result.value = quantised_bits(quantised, scored, request, result.details);
  if (request.ablation) {
    for (const ablation_row& row : ablate_quantisers(model, quantised, activation_record(model, windows),
                                                     scored, context, request.workers)) {
      result.details["ablation"].push_back(
          {{"quantiser", row.quantiser}, {"alone", row.alone}, {"all_but_it", row.all_but_it}});
    }
  }
  return result;
}

}  // namespace scansim
