// `scansim compare` and `scansim run`: a trace on several rungs, or on one, and the verdict.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/invocation.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_observer.h"
#include "host/cli/subcommand.h"
#include "host/report/result_csv.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "host/run/run.h"
#include "host/timeline/timeline_json.h"
#include "sim/mem/memory_timing.h"
#include "sim/rungs/rung.h"
#include "traces/file_name.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

struct compare_request {
  run_request run;
  std::string json_path, csv_dir, outputs_dir;
  std::vector<std::string> fail_on;  // kinds of warnings
  bool quiet = false, unfused = false, one_rung = false, allow_uncompared = false;
};

void add_gpu_options(CLI::App& app, gpu_choice& gpu) {
  app.add_option("--gpu", gpu.source,
                 "Where the gpu rung comes from: live, recorded (traces/gpu), modelled (roofline), or auto, "
                 "the first "
                 "there is")
      ->capture_default_str();
  app.add_option(
         "--gpu-precision", gpu.precision,
         "Precision of the gpu rung: fp32, fp16, bf16 or int8; of decodes also bf16-int8-state and its like")
      ->capture_default_str();
  app.add_option("--gpu-model", gpu.model,
                 "Datasheet of a modelled gpu: a name in models/gpu or a path ending in .yaml")
      ->capture_default_str();
  app.add_option("--gpu-device", gpu.device,
                 "Part of the name of the device whose record is taken, of several");
}

// "FIRST:LAST"
std::optional<cycle_window> window_in(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string first = text.substr(0, colon), last = text.substr(colon + 1);
  if (!whole_number<uint64_t>(first).empty() || !whole_number<uint64_t>(last).empty()) return std::nullopt;
  const cycle_window window{std::stoull(first), std::stoull(last)};
  if (window.first > window.last) return std::nullopt;
  return window;
}

std::string cycle_window_check(const std::string& text) {
  if (window_in(text)) return {};
  return "expected FIRST:LAST, two cycles, the second not below the first, found '" + text + "'";
}

constexpr int64_t least_timeline_events = 1000;  // more than may begin in one cycle

void add_options(CLI::App& app, compare_request& request) {
  app.add_option("trace", request.run.trace_path, "Trace file (.safetensors)")->required();
  add_design_options(app, request.run.design);
  app.add_option(
         "--memory", request.run.memory,
         fmt::format("Memory model: {}; default: the design point's", fmt::join(memory_model_names(), ", ")))
      ->check(not_empty);
  app.add_option("--seed", request.run.seed, "Seed of the random memory model")
      ->transform(as_whole_number<uint64_t>())
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--rtl-build",
         [&request](const std::string& name) { request.run.rtl_build = rtl_kind_named(name, "--rtl-build"); },
         "What the rtl rung is built for: plain; coverage, which writes what was covered to the folder of "
         "SCANSIM_COVERAGE; randinit, whose registers hold random bits of --seed before reset; default: "
         "SCANSIM_RTL_BUILD, else plain")
      ->check(CLI::IsMember(rtl_kind_names()));
  add_gpu_options(app, request.run.gpu);
  add_output_option(app, "--json", request.json_path, "Writes the result");
  app.add_option("--csv", request.csv_dir, "Writes stall and energy tables to new files in this folder")
      ->check(not_empty);
  app.add_option(
         "--outputs", request.outputs_dir,
         "Writes y, h_last and every other output of each rung that has values to RUNG.safetensors in "
         "this folder")
      ->check(not_empty);
  add_output_option(app, "--wave", request.run.wave_path, "Writes the waves of the rtl rung (FST)");
  app.add_option_function<std::string>(
         "--wave-cycles", [&request](const std::string& text) { request.run.waves = *window_in(text); },
         "Cycles of the run that the waves have, FIRST:LAST; default: all, and what is before and after")
      ->check(cycle_window_check)
      ->needs("--wave");
  add_output_option(app, "--timeline", request.run.timeline_path,
                    "Writes what each block, the memory port and the descriptors did, cycle by cycle, for "
                    "ui.perfetto.dev (JSON); of the last rung that has it: " +
                        names_of_rungs(rung_list(), [](const rung& one) { return one.activity; }));
  app.add_option_function<std::string>(
         "--timeline-cycles",
         [&request](const std::string& text) { request.run.timeline.window = *window_in(text); },
         "Cycles of the run that the timeline has, FIRST:LAST; default: all")
      ->check(cycle_window_check)
      ->needs("--timeline");
  app.add_option("--timeline-events", request.run.timeline.most,
                 "Events that the timeline has at most; those of the last cycles are left out")
      ->transform(as_whole_number<int64_t>(least_timeline_events))
      ->needs("--timeline")
      ->capture_default_str();
  app.add_flag(
      "--switching", request.run.switching,
      "Counts how operands switch and reports the energy of the units by gates; slower; rungs that do: " +
          names_of_rungs(rung_list(), [](const rung& one) { return one.switching; }));
  app.add_flag("--unfused", request.unfused,
               "mamba_block on systemc and rtl: results between the operators go to memory and back");
  app.add_flag("--z-first", request.run.program.z_first,
               "mamba_block: z is projected with x and waits in the scratch, not beside the scan");
  add_list_option(
      app, "--fail-on", request.fail_on,
      "Status 5 where the rungs agree with such a warning: quantisation, blind-check; comma separated",
      CLI::IsMember({"quantisation", "blind-check"}));
  app.add_flag("--quiet", request.quiet, "Prints only the verdict, and no progress");
}

std::string outputs_path(const compare_request& request, const std::string& rung) {
  return (fs::path(request.outputs_dir) / (rung + ".safetensors")).string();
}

// Rungs that have values, of those asked for.
std::vector<std::string> rungs_with_values(const compare_request& request) {
  std::vector<std::string> names;
  for (const rung& one : rung_list()) {
    const std::vector<std::string>& asked = request.run.rungs;
    const bool runs = asked.empty() || std::find(asked.begin(), asked.end(), one.name) != asked.end();
    if (runs && one.outputs != rung_outputs::none) names.emplace_back(one.name);
  }
  return names;
}

std::vector<named_output> outputs_of(const compare_request& request) {
  std::vector<named_output> outputs = {{"--json", request.json_path},
                                       {"--wave", request.run.wave_path, true, ".fst"},
                                       {"--timeline", request.run.timeline_path}};
  std::error_code failed;
  if (!fs::is_directory(request.outputs_dir, failed))
    return outputs;  // nothing is there that a file could replace
  for (const std::string& rung : rungs_with_values(request))
    outputs.push_back({"--outputs", outputs_path(request, rung), true});
  return outputs;
}

void check_outputs_folder(const compare_request& request) {
  if (request.outputs_dir.empty()) return;
  check_output_folder("--outputs", request.outputs_dir);
  const std::vector<std::string>& asked = request.run.rungs;
  const bool known =
      std::all_of(asked.begin(), asked.end(), [](const auto& name) { return find_rung(name); });
  if (known && rungs_with_values(request).empty())
    throw input_error("command line", "--outputs", "a rung that has values",
                      fmt::format("{}", fmt::join(request.run.rungs, ",")));
}

std::vector<std::string> inputs_of(const compare_request& request) {
  std::vector<std::string> inputs = design_inputs(request.run.design.config);
  inputs.insert(inputs.end(), {request.run.trace_path, request.run.gpu.model});
  return inputs;
}

// How to look at the waves that were written: the viewer, and where in its time the run is.
std::string wave_text(const run_result& result) {
  if (!result.waves) return "";
  const written_waves& waves = *result.waves;
  if (find_output_target(waves.path).kind != output_kind::file) return "";
  const auto apart = std::find_if(result.rungs.begin(), result.rungs.end(),
                                  [](const rung_result& rung) { return rung.first_difference.has_value(); });
  const uint64_t shown = apart == result.rungs.end() ? waves.first_cycle : apart->first_difference->cycle;
  return fmt::format("waves: gtkwave {}; cycle {} is at {} ps, a cycle takes {} ps\n", shell_word(waves.path),
                     shown, waves.time_ps(shown), wave_step);
}

// Which cycles the timeline has, and how to look at it.
std::string timeline_text(const compare_request& request, const run_result& result) {
  if (result.timeline == nullptr || !result.lost_timeline.empty()) return "";
  const run_timeline& made = *result.timeline;
  std::string text = fmt::format(
      "timeline: {}: cycles {} to {} of {}, {} events; open it at ui.perfetto.dev, 1 cycle is 1 us\n",
      one_line(request.run.timeline_path), made.first_cycle, made.last_cycle, made.cycles, made.events);
  if (!made.complete)
    text +=
        "timeline: the cycles behind have no room; --timeline-cycles chooses others, --timeline-events "
        "more\n";
  return text;
}

std::string text_of(const compare_request& request, const run_result& result) {
  std::string text = request.quiet ? verdict_line(result)
                                   : report_text(result) + wave_text(result) + timeline_text(request, result);
  const auto has_values = [](const rung_result& rung) { return !rung.outputs.empty(); };
  if (!request.outputs_dir.empty() && std::none_of(result.rungs.begin(), result.rungs.end(), has_values))
    text += "outputs: none; no rung of this run has values\n";
  if (result.agree()) return text;
  for (const rung_result& rung : result.rungs)
    if (!rung.agree)
      text += fmt::format("{} disagrees with {}: {}\n", rung.rung, rung.compared_with, rung.finding);
  return text + "reproduce: " + result.reproduce + "\n";
}

// The stall and energy tables of --csv, as new files.
void write_tables(const compare_request& request, run_result& result, delivery& delivered) {
  if (request.csv_dir.empty()) return;
  const std::string trace = fs::path(result.trace_path).stem().string();
  const auto write = [&](const char* kind, const std::string& text) {
    const std::string behind = "-" + shortened_name(result.point.name, longest_file_name / 2) + "-" + kind;
    delivered.attempt(
        [&] { result.files.push_back(write_numbered_output(request.csv_dir, trace, behind, ".csv", text)); });
  };
  write("stalls", block_csv(result));
  write("energy", energy_csv(result));
}

// Of the rungs whose file may wait for a reader, or of the others.
void write_rung_outputs(const compare_request& request, run_result& result, delivery& delivered,
                        bool waiting) {
  for (const rung_result& rung : result.rungs) {
    if (request.outputs_dir.empty() || rung.outputs.empty()) continue;
    const std::string path = outputs_path(request, rung.rung);
    if (delivery::may_wait(path) != waiting) continue;
    const bool written = delivered.attempt([&] {
      make_output_folder(request.outputs_dir);
      write_outputs(path, result, rung);
    });
    if (written) result.files.push_back(path);
  }
}

void write_timeline_of(const compare_request& request, run_result& result, delivery& delivered) {
  const std::string& path = request.run.timeline_path;
  if (!result.lost_timeline.empty()) return delivered.lose(result.lost_timeline);
  if (result.timeline == nullptr) return;
  const timeline_facts facts{result.trace_sha256, result.operator_name,   result.point.name,
                             result.memory_model, result.point.clock_mhz, result.seed};
  if (delivered.write(path, [&] { write_timeline(path, *result.timeline, facts); }))
    result.files.push_back(path);
}

// The JSON names the files before it and itself.
void write_json(const compare_request& request, run_result& result, delivery& delivered) {
  if (request.json_path.empty()) return;
  result.files.push_back(request.json_path);
  if (!delivered.write(request.json_path, result_json_text(result))) result.files.pop_back();
}

// The report names the files that were written.
void deliver(const compare_request& request, run_result& result, delivery& delivered) {
  if (!result.lost_waves.empty())
    delivered.lose(result.lost_waves);
  else if (!request.run.wave_path.empty())
    result.files.push_back(request.run.wave_path);
  write_tables(request, result, delivered);
  write_rung_outputs(request, result, delivered, false);
  const bool timeline_waits = delivery::may_wait(request.run.timeline_path);
  if (!timeline_waits) write_timeline_of(request, result, delivered);
  const bool json_last = delivery::may_wait(request.json_path);
  if (!json_last) write_json(request, result, delivered);
  delivered.print(text_of(request, result));
  write_rung_outputs(request, result, delivered, true);
  if (timeline_waits) write_timeline_of(request, result, delivered);
  if (json_last) write_json(request, result, delivered);
}

bool has_warning(const run_result& result, const std::vector<std::string>& kinds) {
  return std::any_of(result.warnings.begin(), result.warnings.end(), [&](const run_warning& one) {
    std::string option = one.kind;
    std::replace(option.begin(), option.end(), ' ', '-');
    return std::find(kinds.begin(), kinds.end(), option) != kinds.end();
  });
}

int compare(compare_request request) {
  check_outputs_folder(request);
  delivery delivered(outputs_of(request), inputs_of(request));
  check_output_folder("--csv", request.csv_dir);
  request.run.program.fused = !request.unfused;
  request.run.invocation = invocation();
  request.run.stall_tables = !request.csv_dir.empty();
  request.run.keep_outputs = !request.outputs_dir.empty();
  run_result result;
  {
    progress_observer progress(request.quiet || delivered.report_is_dropped());
    result = run(request.run, progress);
    result.is_report = request.one_rung;
  }
  deliver(request, result, delivered);
  if (!result.agree()) return delivered.status(status_disagree);
  if (has_warning(result, request.fail_on)) return delivered.status(status_warned);
  const bool judged = result.compared() || result.is_report || request.allow_uncompared;
  return delivered.status(judged ? status_agree : status_not_compared);
}

}  // namespace

command_action add_compare(CLI::App& app) {
  auto request = std::make_shared<compare_request>();
  add_options(app, *request);
  add_list_option(
      app, "--rungs", request->run.rungs,
      fmt::format("Rungs to run, comma separated: {}; default: all that the trace's operator has, less those "
                  "without outputs ({})",
                  names_of_rungs(rung_list(), any_rung), names_of_rungs(rung_list(), has_no_outputs)));
  app.add_flag("--allow-uncompared", request->allow_uncompared,
               "Status 0, not 4, when there was nothing to compare");
  return [request] { return compare(*request); };
}

command_action add_run(CLI::App& app) {
  auto request = std::make_shared<compare_request>();
  auto rung = std::make_shared<std::string>();
  add_options(app, *request);
  app.add_option("--rung", *rung, "The rung, one of " + names_of_rungs(rung_list(), any_rung))->required();
  return [request, rung] {
    request->run.rungs = {*rung};
    request->one_rung = true;
    return compare(*request);
  };
}

}  // namespace scansim
