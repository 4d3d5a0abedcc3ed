// `scansim accuracy`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/accuracy/accuracy_models.h"
#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

struct accuracy_options {
  std::string model, format, pattern, state_pattern, json_path, tokens, calibration, scales, save_scales;
  std::string method = "activation", state_group = "lanes", bytes = "0", length = "0", context = "0";
  bool no_hadamard = false, ablation = false;
  design_request design;
};

void check_tokens(const accuracy_options& o, const accuracy_request& r) {
  if (!o.tokens.empty() && r.bytes != 0)
    throw input_error("command line", "--bytes", "no --tokens beside it (of those --length are scored)",
                      o.bytes);
  if (!o.calibration.empty() && !r.chooses())
    throw input_error("command line", "--calibration", "format W8A8 or W4A8, or a --pattern",
                      "nothing that it would choose");
}

// A model's scales are of all of it: what a pattern takes away or an ablation rounds is chosen anew each
// time.
void check_scales(const accuracy_options& o, const accuracy_request& r) {
  for (const auto& [option, path] : {std::pair{"--scales", o.scales}, {"--save-scales", o.save_scales}}) {
    if (path.empty()) continue;
    if (!r.quantised) throw input_error("command line", option, "format W8A8 or W4A8", "float");
    if (r.format.pattern || r.format.state_pattern)
      throw input_error("command line", option,
                        "no pattern: one is chosen anew from activations (scansim sparsify stores one)",
                        r.format.pattern ? "--pattern " + o.pattern : "--state-pattern " + o.state_pattern);
    if (is_images(o.model))
      throw input_error("command line", option, "a language model", "'" + o.model + "'");
  }
  if (o.scales.empty()) return;
  const std::pair<const char*, bool> others[] = {{"--save-scales", !o.save_scales.empty()},
                                                 {"--calibration", !o.calibration.empty()},
                                                 {"--ablation", o.ablation}};
  for (const auto& [option, given] : others)
    if (given) throw input_error("command line", option, "no --scales beside it", "both");
}

accuracy_request make_request(const accuracy_options& o) {
  accuracy_request r;
  r.model = o.model;
  if (o.format != "W8A8" && o.format != "W4A8" && o.format != "float")
    throw input_error("command line", "--format", "W8A8, W4A8 or float", "'" + o.format + "'");
  r.quantised = o.format != "float";
  r.format.weight_bits = o.format == "W4A8" ? 4 : 8;
  r.format.hadamard = !o.no_hadamard;
  if (!o.pattern.empty()) r.format.pattern = parse_nm_pattern(o.pattern, "--pattern");
  if (!o.state_pattern.empty()) r.format.state_pattern = parse_nm_pattern(o.state_pattern, "--state-pattern");
  r.format.method = parse_prune_method(o.method, "--method");
  if (o.state_group != "lanes" && o.state_group != "layer")
    throw input_error("command line", "--state-group", "lanes or layer", "'" + o.state_group + "'");
  r.format.state_group_is_layer = o.state_group == "layer";
  r.bytes = std::stoll(o.bytes), r.length = std::stoll(o.length), r.context = std::stoll(o.context);
  r.tokens = o.tokens, r.calibration = o.calibration;
  r.scales = o.scales, r.gives_scales = !o.save_scales.empty();
  check_scales(o, r);
  check_tokens(o, r);
  r.ablation = o.ablation;
  if (!r.quantised && (r.format.state_pattern || r.ablation)) {
    throw input_error("command line", r.ablation ? "--ablation" : "--state-pattern", "format W8A8 or W4A8",
                      "float");
  }
  // What a tensor's rounding costs is asked of the model itself; the ablation simulates no pattern.
  if (r.ablation && (r.format.pattern || r.format.state_pattern)) {
    throw input_error("command line", "--ablation", "no pattern",
                      r.format.pattern ? "--pattern " + o.pattern : "--state-pattern " + o.state_pattern);
  }
  r.point = load_design(o.design);
  if (r.point.operand_bits != 8 || r.point.output_bits != 16) {
    throw input_error(r.point.name, "operand_bits, output_bits", "8 and 16 (the block's formats)",
                      fmt::format("{} and {}", r.point.operand_bits, r.point.output_bits));
  }
  r.workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
  return r;
}

nlohmann::json to_json(const accuracy_options& o, const accuracy_request& r, const accuracy_result& result) {
  nlohmann::json j = {{"model", o.model},
                      {"format", o.format},
                      {"metric", result.metric},
                      {"value", result.value},
                      {"baseline", result.baseline},
                      {"design_point", r.point.name},
                      {"hadamard", r.quantised && r.format.hadamard}};
  j["pattern"] = o.pattern.empty() ? nlohmann::json() : nlohmann::json(o.pattern);
  j["state_pattern"] = o.state_pattern.empty() ? nlohmann::json() : nlohmann::json(o.state_pattern);
  if (!o.pattern.empty()) j["method"] = o.method;
  if (!o.state_pattern.empty()) j["state_group"] = o.state_group;
  if (!o.scales.empty()) j["scales"] = o.scales;
  j.update(result.details);
  return j;
}

std::string accuracy_text(const accuracy_options& o, const accuracy_result& result,
                          const nlohmann::json& report) {
  std::string text =
      fmt::format("{} {}: {} {:.4f}, float {:.4f}, difference {:+.4f}\n", one_line(o.model), o.format,
                  result.metric, result.value, result.baseline, result.value - result.baseline);
  if (report.contains("perplexity"))
    text += fmt::format("perplexity {:.4f}, float {:.4f}, over {} tokens in windows of {}\n",
                        report["perplexity"].get<double>(), report["baseline_perplexity"].get<double>(),
                        report["scored_tokens"].get<size_t>(), report["context"].get<int64_t>());
  if (report.contains("saturations")) text += fmt::format("saturations: {}\n", report["saturations"].dump());
  for (const nlohmann::json& row : report.value("ablation", nlohmann::json::array())) {
    text += fmt::format("  {:<10}  alone {:+.5f}  all but it {:+.5f}\n", row["quantiser"].get<std::string>(),
                        row["alone"].get<double>() - result.baseline,
                        row["all_but_it"].get<double>() - result.baseline);
  }
  return text;
}

int report_accuracy(const accuracy_options& o) {
  const accuracy_request request = make_request(o);
  std::vector<std::string> inputs = design_inputs(o.design.config);
  for (const std::string& input : model_inputs(o.model)) inputs.push_back(input);
  inputs.insert(inputs.end(), {data_directory() + "/models/nn", o.tokens, o.calibration, o.scales});
  delivery delivered({{"--json", o.json_path}, {"--save-scales", o.save_scales}}, inputs);
  accuracy_result result;
  {
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("measuring " + o.model);
    result = measure_accuracy(request);
  }
  const nlohmann::json report = to_json(o, request, result);
  delivered.print(accuracy_text(o, result, report));
  delivered.write(o.save_scales, result.scales);
  delivered.write(o.json_path, json_text(report, 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_accuracy(CLI::App& app) {
  auto o = std::make_shared<accuracy_options>();
  o->design.config = "base";
  app.add_option("--model", o->model,
                 "byte-mamba, digits-vim, digits-cross, or a checkpoint with Hugging Face's names")
      ->required();
  app.add_option("--format", o->format, "W8A8, W4A8 or float")->required();
  app.add_option("--pattern", o->pattern, "N:M of the four projections' weights")->check(not_empty);
  app.add_option("--method", o->method, "Which weights stay: activation or magnitude")->capture_default_str();
  app.add_option("--state-pattern", o->state_pattern, "N:M along the state axis of the scan")
      ->check(not_empty);
  app.add_option("--state-group", o->state_group, "Channels that share the kept states: lanes or layer")
      ->capture_default_str();
  app.add_flag("--no-hadamard", o->no_hadamard, "Quantises the scan's output without the Hadamard transform");
  app.add_option("--config", o->design.config, "Design point")->capture_default_str();
  app.add_option("--bytes", o->bytes, "Bytes of text to score; 0: the whole test split")
      ->transform(as_whole_number<uint32_t>());
  CLI::Option* tokens = app.add_option(
      "--tokens", o->tokens,
      "Token ids to score, of any Mamba checkpoint: .safetensors (I32, I64), .npy, or text of integers");
  tokens->check(not_empty);
  app.add_option("--calibration", o->calibration,
                 "Token ids that scales and pruning are chosen on; default: the last quarter of --tokens, "
                 "which is then not scored")
      ->check(not_empty)
      ->needs(tokens);
  app.add_option("--length", o->length, "Token ids that are scored; default: all")
      ->transform(as_whole_number<uint32_t>())
      ->needs(tokens);
  app.add_option("--context", o->context,
                 "Token ids of a window, which starts from the zero state; default: 512")
      ->transform(as_whole_number<uint32_t>())
      ->needs(tokens);
  app.add_flag("--ablation", o->ablation, "Also the cost of every quantiser alone, and of all but it");
  app.add_option(
         "--scales", o->scales,
         "Scales of a language model, as --save-scales wrote them: nothing is chosen, every token is scored")
      ->check(not_empty);
  add_output_option(app, "--save-scales", o->save_scales, "Writes the scales that were chosen");
  add_output_option(app, "--json", o->json_path, "Writes the result");
  return [o] { return report_accuracy(*o); };
}

}  // namespace scansim
