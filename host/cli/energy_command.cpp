// `scansim energy`: energy and time of units at gate level.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/energy_fit_command.h"
#include "host/cli/interruption.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/energy/energy_measure.h"
#include "host/energy/energy_table.h"
#include "host/energy/unit_clock.h"
#include "host/report/text_table.h"
#include "host/run/run_request.h"
#include "traces/input_error.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

struct energy_request {
  design_request design;
  measure_request measure;
  std::string json_path, csv_path;
};

int report_energy(const energy_request& request) {
  std::vector<std::string> inputs = design_inputs(request.design.config);
  inputs.push_back(request.measure.trace_path);
  delivery delivered({{"--json", request.json_path}}, inputs);
  const design_point point = load_design(request.design);
  energy_measurement found;
  {
    const interruption_guard guard;  // the tool's folder goes first
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("measuring " + request.measure.unit);
    found = measure_energy(request.measure, point, progress.callback());
  }
  delivered.print(energy_text(found));
  delivered.write(request.json_path, json_text(to_json(found), 2) + "\n");
  return delivered.status(agrees(found) ? status_agree : status_disagree);
}

int list_units() {
  text_table table({"<unit", "<an operation", "<trace"});
  constexpr const char* sources[] = {"selective_scan, mamba_block", "mamba_block", "none"};
  for (const measured_unit& unit : measured_units())
    table.add_row({unit.name, unit.operation, sources[static_cast<int>(unit.source)]});
  delivery delivered({}, {});
  delivered.print(table.text());
  return delivered.status(status_agree);
}

void add_measure(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* measure =
      app.add_subcommand("measure", "Maps a unit to gates, drives it with a trace, reports pJ per operation");
  measure->footer(
      "Example: scansim energy measure scan_pe --config edge --trace "
      "traces/byte-mamba-late-prefill.safetensors");
  auto request = std::make_shared<energy_request>();
  measure->add_option("unit", request->measure.unit, "One of `scansim energy units`")->required();
  add_design_options(*measure, request->design);
  measure
      ->add_option("--trace", request->measure.trace_path,
                   "The run whose vectors the unit gets; operators need none")
      ->check(not_empty);
  std::map<std::string, data_kind> kinds;
  for (const char* name : kind_names()) kinds.emplace(name, static_cast<data_kind>(kinds.size()));
  measure
      ->add_option_function<std::string>(
          "--data", [request, kinds](const std::string& name) { request->measure.kind = kinds.at(name); },
          "Operands: trace, random, zeros, sparse (half zeros), small (half the bits) or mixed (tensor by "
          "tensor); "
          "scales stay the trace's; default trace")
      ->check(CLI::IsMember(std::vector<std::string>(kind_names().begin(), kind_names().end())));
  measure->add_option("--seed", request->measure.seed, "Of random operands")
      ->check(whole_number<uint64_t>)
      ->capture_default_str();
  measure
      ->add_option("--beats", request->measure.size.beats,
                   "Cycles in which operations begin, of several lanes")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1000000}))
      ->capture_default_str();
  measure->add_flag("--sta", request->measure.with_sta,
                    "Compares arrivals with OpenSTA's (Debian package opensta)");
  add_output_option(*measure, "--json", request->json_path, "Writes the measurement");
  measure->callback([chosen, request] { *chosen = [request] { return report_energy(*request); }; });
}

int report_clock(const energy_request& request) {
  delivery delivered({{"--json", request.json_path}}, design_inputs(request.design.config));
  const design_point point = load_design(request.design);
  clock_report found;
  {
    const interruption_guard guard;
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("timing the units of " + point.name);
    found = clock_of(point, progress.callback());
  }
  delivered.print(clock_text(found));
  delivered.write(request.json_path, json_text(to_json(found), 2) + "\n");
  return delivered.status(status_agree);
}

int report_table(const energy_request& request) {
  std::vector<std::string> inputs = design_inputs(request.design.config);
  inputs.push_back(request.measure.trace_path);
  delivery delivered({{"--csv", request.csv_path}}, inputs);
  const design_point point = load_design(request.design);
  std::vector<energy_measurement> rows;
  {
    const interruption_guard guard;
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("measuring the units of " + point.name);
    rows = measure_all(request.measure.trace_path, point, request.measure.size, progress.callback());
  }
  text_table table({"<unit", "<data", "pJ", "without glitches", "clock", "kGE", "FO4", "scaled", "recipes",
                    "off", "<an operation"});
  for (const energy_measurement& row : rows)
    table.add_row({row.unit, kind_name(row.kind), fmt::format("{:.4g}", row.all.sum()),
                   fmt::format("{:.4g}", row.settled.sum()), fmt::format("{:.4g}", row.all.clock),
                   fmt::format("{:.2f}", row.kge), fmt::format("{:.1f}", row.period / row.fo4),
                   fmt::format("{:.3g}", row.scaled.nominal_pj),
                   row.estimated ? fmt::format("{:.3g}", row.estimated->nominal_pj) : "-",
                   row.estimated ? fmt::format("{:+.0f} %", estimate_error_percent(row)) : "-",
                   row.operation});
  delivered.print(table.text() + "pJ of an operation at 180 nm, level circuit; scaled, recipes: nominal in " +
                  point.technology + "; gates agree with hls in every row\n");
  delivered.write(request.csv_path, energy_csv(rows));
  return delivered.status(status_agree);
}

void add_table(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* table =
      app.add_subcommand("table", "Measures every unit on the trace, on random operands and on zeros");
  table->footer(
      "Example: scansim energy table --config block-tiny --trace traces/byte-mamba-block-layer.safetensors "
      "--csv "
      "rows.csv");
  auto request = std::make_shared<energy_request>();
  add_design_options(*table, request->design);
  table->add_option("--trace", request->measure.trace_path, "The run whose vectors the units get")
      ->required()
      ->check(not_empty);
  table
      ->add_option("--beats", request->measure.size.beats,
                   "Cycles in which operations begin, of several lanes")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1000000}))
      ->capture_default_str();
  add_output_option(*table, "--csv", request->csv_path, "Writes a row for each");
  table->callback([chosen, request] { *chosen = [request] { return report_table(*request); }; });
}

void add_clock(CLI::App& app, const std::shared_ptr<command_action>& chosen) {
  CLI::App* clock =
      app.add_subcommand("clock", "Longest paths of a design point's units against its clock_mhz");
  clock->footer("Example: scansim energy clock --config edge");
  auto request = std::make_shared<energy_request>();
  add_design_options(*clock, request->design);
  add_output_option(*clock, "--json", request->json_path, "Writes the paths");
  clock->callback([chosen, request] { *chosen = [request] { return report_clock(*request); }; });
}

}  // namespace

command_action add_energy(CLI::App& app) {
  auto chosen = std::make_shared<command_action>();
  *chosen = []() -> int {
    throw input_error("command line", "energy",
                      "a subcommand: measure, table, samples, fit, published, clock or units", "none");
  };
  add_measure(app, chosen);
  add_table(app, chosen);
  add_energy_samples(app, chosen);
  add_energy_fit(app, chosen);
  add_energy_published(app, chosen);
  add_clock(app, chosen);
  CLI::App* units = app.add_subcommand("units", "Lists the units that can be measured");
  units->footer("Example: scansim energy units");
  units->callback([chosen] { *chosen = list_units; });
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
