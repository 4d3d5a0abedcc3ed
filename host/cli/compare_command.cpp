// `scansim compare` and `scansim run`: a trace on several rungs, or on one, and the verdict.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "host/cli/interruption.h"
#include "host/cli/ladder.h"
#include "host/cli/operator_compare.h"
#include "host/cli/subcommand.h"
#include "host/report/output_file.h"
#include "host/report/result_csv.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"
#include "traces/trace.h"

namespace scansim {
namespace {

// The two lowest rungs that show a disagreement with waves: rungs without outputs in common need hls,
// counters need systemc.
std::string reproduction(const scan_request& request, const ladder_outcome& outcome) {
  const std::vector<std::string> rungs = {outcome.counters_only ? "systemc" : "hls", "rtl"};
  return command_line(request, rungs, "out.fst");
}

void write_files(const scan_request& request, run_result& result) {
  const interruption_guard guard;
  if (!request.wave_path.empty()) result.files.push_back(request.wave_path);
  if (!request.csv_dir.empty()) write_tables(request, result);
  if (request.json_path.empty()) return;
  result.files.push_back(request.json_path);
  write_result_json(request.json_path, result);
}

int run_request(const scan_request& request, bool rungs_given) {
  const call_kind* kind = kind_in(request.trace_path);
  if (kind != nullptr && kind != &selective_scan_kind) return run_operator(request, rungs_given);
  ladder_outcome outcome;
  {
    progress_display progress(request.quiet);
    progress.begin_step("reading " + request.trace_path);
    const scan_job job = load_job(request);
    outcome = run_ladder(job, progress);
    outcome.result.command = command_line(request, job.rungs, request.wave_path);
  }
  run_result& result = outcome.result;
  write_files(request, result);
  fmt::print("{}", request.quiet ? std::string("verdict: ") + (result.agree() ? "agree" : "disagree") + "\n"
                                 : report_text(result));
  if (result.agree()) return status_agree;
  for (const rung_result& rung : result.rungs)
    if (!rung.agree) fmt::print("{} disagrees with {}: {}\n", rung.rung, rung.compared_with, rung.finding);
  fmt::print("reproduce with waves: {}\n", reproduction(request, outcome));
  return status_disagree;
}

}  // namespace

command_action add_compare(CLI::App& app) {
  auto request = std::make_shared<scan_request>();
  request->rungs = {"ref", "gpu", "hls", "systemc", "rtl"};
  add_scan_options(app, *request);
  const CLI::Option* rungs =
      app.add_option("--rungs", request->rungs,
                     "Rungs to run, comma separated: ref, gpu, hls, systemc, rtl; default: all that the "
                     "trace's operator has")
          ->delimiter(',');
  return [request, rungs] { return run_request(*request, rungs->count() > 0); };
}

command_action add_run(CLI::App& app) {
  auto request = std::make_shared<scan_request>();
  auto rung = std::make_shared<std::string>();
  add_scan_options(app, *request);
  app.add_option("--rung", *rung, "The rung: ref, gpu, hls, systemc or rtl")->required();
  return [request, rung] {
    request->rungs = {*rung};
    return run_request(*request, true);
  };
}

}  // namespace scansim
