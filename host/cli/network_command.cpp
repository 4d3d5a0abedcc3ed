// `scansim network`.
#include <memory>
#include <nlohmann/json.hpp>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_display.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/network/checkpoint_network.h"
#include "host/network/network_json.h"
#include "host/network/network_text.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/yaml_document.h"

namespace scansim {
namespace {

struct network_options {
  std::string name, memory, phase = "both", json_path, csv_path;
  design_request design;
  uint64_t seed = 1;
  int64_t length = 0, batch = 1;
  bool list = false, kinds = false, by_operator = false;
};

std::vector<network_phase> phases_of(const network_options& options, const network_spec& spec) {
  if (options.phase == "prefill") return {network_phase::prefill};
  if (options.phase == "decode") return {network_phase::decode};
  if (!spec.decode) return {network_phase::prefill};
  return {network_phase::prefill, network_phase::decode};
}

int report_network(const network_options& options) {
  if (options.list || options.kinds) {
    print_out("{}", options.list ? networks_text(workload_directory()) : layer_kinds_text());
    return status_agree;
  }
  if (options.name.empty()) throw input_error("command line", "NETWORK", "a network, or --list", "none");
  if (options.design.config.empty())
    throw input_error("command line", "--config", "a design point, which is needed", "none");
  std::vector<std::string> inputs = design_inputs(options.design.config);
  if (is_yaml_path(options.name)) inputs.push_back(options.name);
  if (is_checkpoint_path(options.name))
    for (const std::string& file : model_inputs(options.name)) inputs.push_back(file);
  delivery delivered({{"--json", options.json_path}, {"--csv", options.csv_path}}, inputs);
  network_request request;
  request.spec = load_network(options.name, workload_directory());
  request.point = load_design(options.design);
  request.memory = checked_memory(options.memory, request.point);
  request.seed = options.seed, request.batch = options.batch, request.by_operator = options.by_operator;
  request.phases = phases_of(options, request.spec);
  if (options.length > 0) request.length = options.length;
  network_result result;
  {
    progress_display progress(delivered.report_is_dropped());
    progress.begin_step("simulating " + request.spec.name);
    result = run_network(request, progress.callback());
  }
  delivered.print(network_text(result));
  delivered.write(options.json_path, json_text(to_json(result), 2) + "\n");
  delivered.write(options.csv_path, network_csv(result));
  return delivered.status(status_agree);
}

}  // namespace

command_action add_network(CLI::App& app) {
  auto options = std::make_shared<network_options>();
  app.add_option("NETWORK", options->name,
                 "A name of --list, a path ending in .yaml (host/network/README.md), or a checkpoint");
  app.add_flag("--list", options->list, "The networks that come with the program");
  app.add_flag("--kinds", options->kinds, "The kinds of layers of a network file, with their fields");
  add_design_options(app, options->design);
  app.get_option("--config")->required(false);
  app.add_option("--memory", options->memory, "Memory model; default: the design point's");
  app.add_option("--seed", options->seed, "Seed of the memory model random")
      ->transform(as_whole_number<uint64_t>())
      ->capture_default_str();
  app.add_option("--phase", options->phase, "prefill, decode or both")
      ->check(CLI::IsMember({"prefill", "decode", "both"}))
      ->capture_default_str();
  app.add_option("--length", options->length,
                 "Tokens of a prefill, and in the context of a decode step; default: the network's")
      ->transform(number_between(int64_t{1}, most_tokens));
  app.add_option("--batch", options->batch, "Sequences")
      ->transform(number_between(int64_t{1}, most_sequences))
      ->capture_default_str();
  app.add_flag("--by-operator", options->by_operator,
               "Every operator a program of its own, also where a layer could be one");
  add_output_option(app, "--json", options->json_path, "Writes the result");
  add_output_option(app, "--csv", options->csv_path, "Writes a row a kind of layer");
  // What only tells of the program runs nothing, so nothing else goes with it.
  for (const char* told : {"--list", "--kinds"})
    for (const char* other : {"NETWORK", "--config", "--json", "--csv"})
      app.get_option(told)->excludes(app.get_option(other));
  return [options] { return report_network(*options); };
}

}  // namespace scansim
