#include "host/cli/energy_fit_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/energy/energy_fit.h"
#include "host/energy/published_energy.h"
#include "host/run/run_request.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

struct fit_request {
  design_request design;
  std::string trace, scan_trace, samples, csv, coefficients, errors;
};

int report_samples(const fit_request& request) {
  std::vector<std::string> inputs = design_inputs(request.design.config);
  inputs.insert(inputs.end(), {request.trace, request.scan_trace});
  delivery delivered({{"--csv", request.csv}}, inputs);
  const design_point point = load_design(request.design);
  std::vector<energy_sample> samples;
  {
    const interruption_guard guard;
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("measuring the units of " + point.name + " on many kinds of data");
    samples = measure_samples(request.trace, request.scan_trace, point, progress.callback());
  }
  const auto held_out = std::count_if(samples.begin(), samples.end(),
                                      [](const energy_sample& one) { return one.set == "held_out"; });
  delivered.print(
      fmt::format("{} samples of units at gate level, {} of them held out; gates agree with hls in all\n",
                  samples.size(), held_out));
  delivered.write(request.csv, samples_csv(samples));
  return delivered.status(status_agree);
}

int report_fit(const fit_request& request) {
  const std::string file =
      request.samples.empty() ? energy_directory() + "/gates/samples.csv" : request.samples;
  delivery delivered({{"--coefficients", request.coefficients}, {"--errors", request.errors}}, {file});
  const std::vector<energy_sample> samples = read_samples(file);
  if (samples.empty()) throw input_error(file, "line 2", "a sample", "none");
  const design_point point = load_design({samples.front().design_point, {}});
  const switching_model model = fit_switching(samples, point);
  const fit_verdict verdict = judge_fit(samples, model, point);
  delivered.print(fit_text(verdict, model));
  delivered.write(request.coefficients, coefficients_csv(samples, model));
  delivered.write(request.errors, fit_errors_csv(verdict));
  return delivered.status(verdict.within_bars() ? status_agree : status_disagree);
}

int report_published(const std::string& json_path) {
  delivery delivered({{"--json", json_path}}, {});
  const energy_comparison found = compare_published();
  delivered.print(published_text(found));
  delivered.write(json_path, json_text(to_json(found), 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

void add_energy_samples(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* samples = app.add_subcommand(
      "samples", "Measures every unit on many kinds of data, with its switching counters: what a fit is of");
  samples->footer(
      "Example: scansim energy samples --config block-tiny --trace "
      "traces/byte-mamba-block-layer.safetensors --scan-trace "
      "traces/byte-mamba-late-prefill.safetensors --csv samples.csv");
  auto request = std::make_shared<fit_request>();
  add_design_options(*samples, request->design);
  samples->add_option("--trace", request->trace, "A layer (mamba_block), whose run gives vectors")
      ->required()
      ->check(not_empty);
  samples->add_option("--scan-trace", request->scan_trace, "A scan, for held-out samples of its units")
      ->required()
      ->check(not_empty);
  add_output_option(*samples, "--csv", request->csv, "Writes a row for each");
  samples->callback([chosen, request] { *chosen = [request] { return report_samples(*request); }; });
}

void add_energy_fit(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* fit = app.add_subcommand(
      "fit", "Fits the costs of switching counters to gates and judges them on samples held out");
  fit->footer("Example: scansim energy fit --coefficients coefficients.csv --errors fit_errors.csv");
  auto request = std::make_shared<fit_request>();
  fit->add_option("--samples", request->samples,
                  "Rows of `scansim energy samples`; default: those of models/energy/gates")
      ->check(not_empty);
  add_output_option(*fit, "--coefficients", request->coefficients, "Writes what one of each counter costs");
  add_output_option(*fit, "--errors", request->errors, "Writes the errors on held-out samples");
  fit->callback([chosen, request] { *chosen = [request] { return report_fit(*request); }; });
}

void add_energy_published(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* published = app.add_subcommand(
      "published", "Energy of a state update, a product and an exp beside other machines and operators");
  published->footer("Example: scansim energy published --json published.json");
  auto json_path = std::make_shared<std::string>();
  add_output_option(*published, "--json", *json_path, "Writes the figures with their sources");
  published->callback(
      [chosen, json_path] { *chosen = [json_path] { return report_published(*json_path); }; });
}

}  // namespace scansim
