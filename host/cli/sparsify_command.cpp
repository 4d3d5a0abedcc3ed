// `scansim sparsify`.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/accuracy/sparsify_checkpoint.h"
#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/report/text_table.h"
#include "traces/json_text.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

struct sparsify_options {
  std::string model, pattern, side = "inputs", method = "magnitude", text, tokens, out, json_path;
  std::vector<std::string> layers;
};

std::string report_text(const std::vector<sparsified_tensor>& tensors) {
  text_table table({"<tensor", "shape", "dense bytes", "values", "indices", "weight error", "output error"});
  for (const sparsified_tensor& t : tensors) {
    const nm_storage& s = t.storage_w8;
    table.add_row({t.name, fmt::format("{} x {}", t.shape[0], t.shape[1]), fmt::format("{}", s.dense_bytes),
                   fmt::format("{}", s.value_bytes), fmt::format("{}", s.index_bytes),
                   fmt::format("{:.4f}", t.relative_weight_error),
                   t.relative_output_error ? fmt::format("{:.4f}", *t.relative_output_error) : "-"});
  }
  return table.text();
}

int sparsify(const sparsify_options& o) {
  sparsify_request request;
  request.model = o.model;
  request.pattern = parse_nm_pattern(o.pattern, "--pattern");
  request.side = parse_nm_side(o.side, "--side");
  request.method = parse_prune_method(o.method, "--method");
  request.text = o.text, request.tokens = o.tokens;
  request.out = o.out;
  for (const std::string& layer : o.layers) request.layers.push_back(std::stoll(layer));
  std::vector<std::string> inputs = model_inputs(o.model);
  inputs.insert(inputs.end(), {o.text, o.tokens});
  delivery delivered({{"--out", o.out, true}, {"--json", o.json_path}}, inputs);
  std::vector<sparsified_tensor> tensors;
  bool written = false;
  {
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("pruning " + o.model);
    tensors = sparsify_checkpoint(request, [&](const safetensors_writer& checkpoint) {
      progress.begin_step("writing " + o.out);
      written = delivered.attempt([&] { checkpoint.write(o.out); });
    });
  }
  delivered.print(fmt::format("{}bytes at 8 bits per weight{}\n", report_text(tensors),
                              written ? "; written: " + one_line(o.out) : ""));
  delivered.write(o.json_path, json_text(sparsify_report(request, tensors), 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_sparsify(CLI::App& app) {
  auto o = std::make_shared<sparsify_options>();
  app.add_option("model", o->model, "Checkpoint (.safetensors) with Hugging Face's Mamba names")->required();
  app.add_option("--pattern", o->pattern, "N:M, M 4, 8 or 16")->required();
  add_output_option(app, "--out", o->out, "Writes the pruned checkpoint")->required();
  app.add_option("--side", o->side, "Groups along inputs (forward) or outputs (backward data pass)")
      ->capture_default_str();
  app.add_option("--method", o->method,
                 "magnitude, or activation: magnitude times the input's rms in --text or --tokens")
      ->capture_default_str();
  app.add_option("--text", o->text, "Calibration text, bytes as tokens (models with a vocabulary of 256)")
      ->check(not_empty);
  app.add_option("--tokens", o->tokens,
                 "Calibration text as token ids: .safetensors, .npy, or text with integers")
      ->check(not_empty);
  add_list_option(app, "--layers", o->layers, "Numbers of the layers to prune, comma separated; default: all",
                  whole_number<uint32_t>);
  add_output_option(app, "--json", o->json_path, "Writes storage and errors of every tensor");
  return [o] { return sparsify(*o); };
}

}  // namespace scansim
