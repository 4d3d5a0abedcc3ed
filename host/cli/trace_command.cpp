// `scansim trace info | generate | capture | calibrate | verify`.
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/generate_flags.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/trace_calibrate.h"
#include "host/cli/trace_capture.h"
#include "host/operators/operator_list.h"
#include "host/run/load_case.h"
#include "host/run/reference.h"
#include "host/run/run_warnings.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/one_line.h"
#include "traces/trace.h"

namespace scansim {
namespace {

struct chosen_action {
  command_action action;
};

int print_info(const std::string& path) {
  print_out("{}\n", json_text(describe(load_trace(path)), 2));
  return status_agree;
}

void add_info(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app =
      trace.add_subcommand("info", "Prints shape, options, statistics and provenance of a trace as JSON");
  app->footer("Example: scansim trace info layer.safetensors");
  auto path = std::make_shared<std::string>();
  app->add_option("trace", *path, "Trace file")->required();
  app->callback([path, &chosen] { chosen.action = [path] { return print_info(*path); }; });
}

int verify(const std::string& path) {
  progress_display progress(false);
  progress.begin_step("reading " + path);
  const std::unique_ptr<operator_case> call = load_case(path, {});  // ref asks for no design point
  progress.begin_step("ref");
  const expect_verdict verdict = run_reference(*call).verdict;
  print_out("{}: valid; ref: {}\n", one_line(path), verdict.finding);
  for (const run_warning& one : warnings_of("ref", verdict))
    print_out("warning: {}: {}\n", one.kind, one.text);
  return verdict.agree ? status_agree : status_disagree;
}

void add_calibrate(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app =
      trace.add_subcommand("calibrate", "Stores the scales for a design point's widths beside the tensors");
  app->footer(
      "Example: scansim trace calibrate layer.safetensors --config edge --out layer-edge.safetensors");
  auto options = std::make_shared<calibrate_options>();
  app->add_option("trace", options->trace, "Trace file")->required();
  app->add_option("--config", options->config, "Design point: a name or a path ending in .yaml")->required();
  add_output_option(*app, "--out", options->out, "Writes the trace")->required();
  app->callback([options, &chosen] { chosen.action = [options] { return calibrate_trace(*options); }; });
}

void add_verify(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app =
      trace.add_subcommand("verify", "Reads a trace strictly and compares ref with its recorded outputs");
  app->footer("Example: scansim trace verify layer.safetensors");
  auto path = std::make_shared<std::string>();
  app->add_option("trace", *path, "Trace file")->required();
  app->callback([path, &chosen] { chosen.action = [path] { return verify(*path); }; });
}

struct generate_options {
  generate_flags flags;
  uint64_t seed = 1;
  bool expect = false;
  std::string out;
};

int generate_trace(const generate_options& options) {
  delivery delivered({{"--out", options.out, true}}, {});
  const call_generator& generator = options.flags.chosen();
  auto progress = std::make_unique<progress_display>(delivered.report_is_dropped());
  progress->begin_step("generating");
  const std::unique_ptr<call> one = generator.generate(options.seed);
  nlohmann::json provenance = generator.provenance(options.seed);
  if (options.expect) {
    progress->begin_step("ref");
    const std::unique_ptr<call> run = one->as_run("generate");
    const call& given = run != nullptr ? *run : *one;
    for (const named_reals& output : row_of(given).ref(given)) one->record(output.name, output.values);
    provenance["expect"] = "scansim ref (double precision), rounded to float";
  }
  progress->begin_step("writing " + options.out);
  write_trace(options.out, *one, provenance);
  progress.reset();
  delivered.print("written: " + one_line(options.out) + "\n");
  return delivered.status(status_agree);
}

void add_generate(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app = trace.add_subcommand(
      "generate",
      "Writes a trace: a scan of a published model's shape with realistic statistics, or one operator");
  app->footer(
      "Example: scansim trace generate --shape mamba-130m --length 2048 --seed 7 --out layer.safetensors");
  auto options = std::make_shared<generate_options>();
  options->flags.add_to(*app);
  app->add_option("--seed", options->seed, "Seed")
      ->transform(as_whole_number<uint64_t>())
      ->capture_default_str();
  app->add_flag("--expect", options->expect, "Stores the outputs of ref as expect.*");
  add_output_option(*app, "--out", options->out, "Writes the trace")->required();
  app->callback([options, app, &chosen] {
    options->flags.take(*app);
    chosen.action = [options] { return generate_trace(*options); };
  });
}

void add_capture(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app = trace.add_subcommand(
      "capture", "Writes the scan call, or the whole block, of one layer of a model on a text or an image");
  app->footer(
      "Example: scansim trace capture --model models/nn/byte-mamba.safetensors --text models/nn/heldout.txt "
      "--layer 1 "
      "--out layer1.safetensors");
  auto options = std::make_shared<capture_options>();
  add_capture_options(*app, *options);
  app->callback([options, &chosen] { chosen.action = [options] { return capture_trace(*options); }; });
}

}  // namespace

command_action add_trace(CLI::App& app) {
  auto chosen = std::make_shared<chosen_action>();
  chosen->action = []() -> int {
    throw input_error("command line", "trace", "a subcommand: info, generate, capture, calibrate or verify",
                      "none");
  };
  add_info(app, *chosen);
  add_generate(app, *chosen);
  add_capture(app, *chosen);
  add_calibrate(app, *chosen);
  add_verify(app, *chosen);
  return [chosen] { return chosen->action(); };
}

}  // namespace scansim
