// `scansim trace info | generate | capture | calibrate | verify`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <memory>
#include <optional>

#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/operator_generate.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/cli/trace_calibrate.h"
#include "host/cli/trace_capture.h"
#include "host/run/machine_case.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/scan_shapes.h"
#include "traces/state_choice.h"

namespace scansim {
namespace {

struct chosen_action {
  command_action action;
};

void write_trace(const std::string& path, const scan_tensors& tensors, const nlohmann::json& provenance,
                 const std::optional<state_selection>& selection = std::nullopt) {
  const interruption_guard guard;
  write_scan_trace(path, tensors, provenance, {}, std::nullopt, selection);
  fmt::print("written: {}\n", path);
}

int print_info(const std::string& path) {
  const nlohmann::json info =
      find_operator(path) ? describe(load_operator_trace(path)) : describe(load_scan_trace(path));
  fmt::print("{}\n", info.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
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
  const std::unique_ptr<machine_case> call = load_case(path, {});  // ref asks for no design point
  progress.begin_step("ref");
  const expect_verdict verdict = call->compare_with_recorded(call->ref());
  fmt::print("{}: valid; ref: {}\n", path, verdict.finding);
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
  app->add_option("--out", options->out, "Trace file to write")->required();
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
  generate_request request;
  operator_options other;  // of the operators beside the scan
  bool no_z = false, no_d = false, no_bias = false, no_softplus = false, expect = false;
  std::string state_pattern;
  int64_t state_groups = 0;
  std::string out;
};

std::vector<float> to_floats(const std::vector<double>& values) { return {values.begin(), values.end()}; }

// The states that --state-pattern keeps, one index per --state-groups groups of channels.
std::optional<state_selection> select_states(const generate_options& options, const scan_tensors& tensors) {
  if (options.state_pattern.empty()) return std::nullopt;
  const nm_pattern pattern = parse_nm_pattern(options.state_pattern, "--state-pattern");
  const scan_shape& s = tensors.shape;
  const int64_t groups = options.state_groups == 0 ? s.groups : options.state_groups;
  if (s.states % pattern.m != 0)
    throw input_error("command line", "--state-pattern", fmt::format("M that divides N = {}", s.states),
                      options.state_pattern);
  if (groups < 1 || s.channels % groups != 0 || groups % s.groups != 0)
    throw input_error("command line", "--state-groups",
                      fmt::format("a multiple of G = {} that divides D = {}", s.groups, s.channels),
                      fmt::format("{}", groups));
  return state_selection{pattern, choose_states(tensors, pattern, groups)};
}

// expect.* as the double-precision reference finds them; states that are not kept stay zero.
void add_expected(scan_tensors& tensors, const std::optional<state_selection>& selection) {
  const kept_states kept = selection ? selection->kept : kept_states{};
  const scan_output output = selective_scan_ref(compact_call(tensors, kept));
  tensors.expect_y = to_floats(output.y);
  tensors.expect_h_last = to_floats(output.h_last);
  if (selection) tensors.expect_h_last = expand_states(tensors.expect_h_last, tensors.shape, kept);
}

int generate_trace(generate_options options) {
  operator_request& other = options.other.request;
  if (other.name != "selective_scan") {
    other.seed = options.request.seed;
    other.channels = options.request.channels;
    other.length = options.request.length;
    if (options.request.states != 0) other.states = options.request.states;
    if (!options.state_pattern.empty()) other.state_pattern = options.state_pattern;
    if (options.state_groups != 0) other.state_groups = options.state_groups;
    other.with_bias = !options.no_bias;
    return generate_operator_trace(options.other, options.expect, options.out);
  }
  check_output_path("--out", options.out);
  generate_request& request = options.request;
  request.with_z = !options.no_z;
  request.with_d = !options.no_d;
  request.with_delta_bias = !options.no_bias;
  request.delta_softplus = !options.no_softplus;
  progress_display progress(false);
  progress.begin_step("generating");
  scan_tensors tensors = generate_scan(request);
  const std::optional<state_selection> selection = select_states(options, tensors);
  if (options.expect) {
    progress.begin_step("ref");
    add_expected(tensors, selection);
  }
  nlohmann::json provenance = generation_provenance(request);
  if (options.expect) provenance["expect"] = "scansim ref (double precision), rounded to float";
  progress.begin_step("writing " + options.out);
  write_trace(options.out, tensors, provenance, selection);
  return status_agree;
}

std::string shape_names() {
  std::string names;
  for (const named_shape& shape : scan_shape_table()) names += (names.empty() ? "" : ", ") + shape.name;
  return names;
}

void add_generate(CLI::App& trace, chosen_action& chosen) {
  CLI::App* app = trace.add_subcommand(
      "generate",
      "Writes a trace: a scan of a published model's shape with realistic statistics, or one operator");
  app->footer(
      "Example: scansim trace generate --shape mamba-130m --length 2048 --seed 7 --out layer.safetensors");
  auto options = std::make_shared<generate_options>();
  generate_request& request = options->request;
  app->add_option("--shape", request.shape, "One of " + shape_names());
  app->add_option("--channels", request.channels, "D; needed without --shape, otherwise overrides it")
      ->check(whole_number<int64_t>);
  app->add_option("--states", request.states, "N; likewise")->check(whole_number<int64_t>);
  app->add_option("--groups", request.groups, "G, groups of channels that share B and C; likewise, default 1")
      ->check(whole_number<int64_t>);
  app->add_option("--length", request.length, "L, tokens; likewise")->check(whole_number<int64_t>);
  app->add_option("--batch", request.batch, "Sequences")->check(whole_number<int64_t>)->capture_default_str();
  app->add_option("--seed", request.seed, "Seed")->check(whole_number<uint64_t>)->capture_default_str();
  app->add_flag("--decode", request.decode, "Run as one call per token");
  app->add_flag("--reverse", request.reverse, "Scan from the last token to the first");
  app->add_flag("--h0", request.with_h0, "Start from a state h0");
  app->add_option("--state-pattern", options->state_pattern,
                  "N:M along the state axis: of every M states the N of largest energy are kept "
                  "(mamba_block: N drawn at random)");
  app->add_option("--state-groups", options->state_groups,
                  "Groups of channels with an index of their own for --state-pattern; default: G; "
                  "mamba_block: 1")
      ->check(whole_number<int64_t>)
      ->needs("--state-pattern");
  app->add_flag("--no-z", options->no_z, "No gate z");
  app->add_flag("--no-d", options->no_d, "No skip D");
  app->add_flag("--no-bias", options->no_bias, "delta_bias already inside delta");
  app->add_flag("--no-softplus", options->no_softplus, "softplus already applied to delta");
  app->add_flag("--expect", options->expect, "Stores the outputs of ref as expect.*");
  app->add_option("--out", options->out, "Trace file to write")->required();
  add_operator_options(*app, options->other);
  app->callback([options, app, &chosen] {
    check_operator_options(*app, options->other);
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
