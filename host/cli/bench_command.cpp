// `scansim bench`: how fast the rungs simulate a generated scan or the trace of any operator.
#include <fmt/format.h>

#include <memory>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/list_option.h"
#include "host/cli/option_checks.h"
#include "host/cli/progress_observer.h"
#include "host/cli/subcommand.h"
#include "host/run/bench.h"
#include "sim/rungs/rung.h"
#include "traces/json_text.h"

namespace scansim {
namespace {

struct bench_options {
  bench_request request;
  std::string json_path;
};

int run_bench(const bench_options& options) {
  std::vector<std::string> inputs = design_inputs(options.request.design.config);
  inputs.push_back(options.request.trace_path);
  delivery delivered({{"--json", options.json_path}}, inputs);
  bench_result result;
  {
    const interruption_guard guard;  // every long step asks
    progress_observer progress(delivered.report_is_dropped());
    result = bench(options.request, progress);
  }
  delivered.print(bench_text(result));
  delivered.write(options.json_path, json_text(to_json(result), 2) + "\n");
  return delivered.status(status_agree);
}

}  // namespace

command_action add_bench(CLI::App& app) {
  auto options = std::make_shared<bench_options>();
  bench_request& request = options->request;
  request.scan.shape = "mamba-130m";
  add_design_options(app, request.design);
  app.add_option("--shape", request.scan.shape, "Shape of the trace (see trace generate)")
      ->capture_default_str();
  app.add_option("--length", request.scan.length, "Tokens; default: as many as rtl simulates in about 10 s")
      ->transform(as_whole_number<int64_t>());
  app.add_option("--seed", request.scan.seed, "Seed of the trace and of the random memory model")
      ->transform(as_whole_number<uint64_t>())
      ->capture_default_str();
  app.add_option("--memory", request.memory, "Memory model; default: the design point's")->check(not_empty);
  app.add_option("--trace", request.trace_path, "A trace of any operator instead of a generated scan")
      ->check(not_empty);
  add_list_option(app, "--rungs", request.rungs,
                  "Some of " + names_of_rungs(rung_list(), is_machine) + ", comma separated; default: all");
  add_output_option(app, "--json", options->json_path, "Writes the result");
  return [options] { return run_bench(*options); };
}

}  // namespace scansim
