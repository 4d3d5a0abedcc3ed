// `scansim sweep`: a space of design points, run into a folder, and what is asked of the folder.
#include <fmt/format.h>

#include <memory>

#include "host/cli/design_options.h"
#include "host/cli/option_checks.h"
#include "host/cli/subcommand.h"
#include "host/cli/sweep_request.h"
#include "host/cli/sweep_service.h"
#include "host/sweep/sweep_confirm.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int most_jobs = 256;

using sweep_action = int (*)(const sweep_request&);

}  // namespace

command_action add_sweep(CLI::App& app) {
  auto request = std::make_shared<sweep_request>();
  auto chosen = std::make_shared<command_action>();
  *chosen = [&app]() -> int {
    std::string names;
    for (const CLI::App* one : app.get_subcommands({}))
      names += (names.empty() ? "" : ", ") + one->get_name();
    throw input_error("command line", "sweep", "a subcommand: " + names, "none");
  };
  const auto add = [&](const char* name, const char* description, const char* example, sweep_action action) {
    CLI::App* sub = app.add_subcommand(name, description);
    sub->footer(example);
    sub->callback([=] { *chosen = [=] { return action(*request); }; });
    return sub;
  };
  const auto of_spec = [&](CLI::App* sub) {
    sub->add_option("SPEC", request->spec, "The sweep file (host/sweep/README.md)")->required();
    return sub;
  };
  const auto of_folder = [&](CLI::App* sub) {
    sub->add_option("FOLDER", request->folder, "The folder of a sweep")->required();
    return sub;
  };
  const auto fitting = [&](CLI::App* sub) {
    sub->add_option("--fits", request->fits,
                    "Only machines that fit this FPGA part by their modelled area (models/area/README.md)");
    return sub;
  };
  CLI::App* plan = of_spec(add("plan", "Counts points and refusals by rule; runs nothing",
                               "Example: scansim sweep plan sweep.yaml --out sweep", show_plan));
  fitting(plan)->add_option("--out", request->folder,
                            "A folder with rows: says which are missing and how long they take, by its own");
  CLI::App* run = of_spec(add("run", "Runs what the folder is missing and prints the front",
                              "Example: scansim sweep run sweep.yaml --out sweep --jobs 2", run_points));
  fitting(run);
  run->add_option("--out", request->folder, "Folder of the sweep; made, or resumed")->required();
  run->add_option(
         "--jobs", request->jobs,
         "Worker processes, or those of a task; default: one a processor, of a task one; 0 prepares the "
         "folder for `sweep work`")
      ->transform(number_between(0, most_jobs));
  run->add_option("--budget", request->budget,
                  "Ends between rows after that many points (2000) or that time (90s, 30m, 2h)");
  run->add_option("--on", request->on,
                  "Where: local, slurm, lsf, or a queue's YAML file (host/sweep/README.md, On a cluster)")
      ->capture_default_str();
  run->add_flag("--detach", request->detach, "Submits to the queue and does not wait");
  run->add_option("--confirm", request->confirm,
                  "Then runs the front with values down to this rung: " + confirming_rung_names() +
                      "; default: that of the sweep file (rungs.confirm), else none");
  of_folder(
      add("status", "Done, missing and failed points", "Example: scansim sweep status sweep", show_status))
      ->add_flag("--watch", request->watch, "Again whenever it changes, until every point is done or Ctrl-C");
  CLI::App* front = of_folder(add("front", "Points that no other beats",
                                  "Example: scansim sweep front sweep --csv front.csv", show_front));
  fitting(front);
  front
      ->add_option("--at", request->at,
                   "Which end of the costs' range, or robust: the points that are on the front at all three")
      ->check(CLI::IsMember(front_ends()))
      ->capture_default_str();
  add_output_option(*front, "--csv", request->csv, "Writes the front with all results");
  const auto of_point = [&](CLI::App* sub) {
    of_folder(sub)->add_option("POINT", request->point, "Its id, or the first digits of it")->required();
  };
  of_point(add("show", "One point: parameters, results, the commands that repeat it",
               "Example: scansim sweep show sweep 1a2b3c", show_point));
  of_point(add("replay", "Runs one point again and compares it with its rows",
               "Example: scansim sweep replay sweep 1a2b3c", replay_point));
  CLI::App* report =
      of_folder(add("report", "Writes one HTML page of all points, which opens without a network",
                    "Example: scansim sweep report sweep --html sweep.html", write_report));
  add_output_option(*report, "--html", request->html, "Writes the page")->required();
  of_point(add("why", "What bounds one point, and what a step in each parameter would change",
               "Example: scansim sweep why sweep 1a2b3c", explain_point));
  CLI::App* confirm = of_folder(add("confirm", "Runs the front, or one point, with values and compares rows",
                                    "Example: scansim sweep confirm sweep --by rtl", confirm_points));
  confirm->add_option("POINT", request->point, "Only this one");
  confirm->add_option(
      "--by", request->by,
      fmt::format("The lowest rung: {}; default: that of the sweep file (rungs.confirm), else {}",
                  confirming_rung_names(), lowest_rung()));
  CLI::App* synthesise =
      of_folder(add("synthesise", "Synthesises the front, or one point, and compares the modelled area",
                    "Example: scansim sweep synthesise sweep", synthesise_points));
  synthesise->add_option("POINT", request->point, "Only this one");
  CLI::App* all = of_folder(add("export", "Writes all points with parameters and results",
                                "Example: scansim sweep export sweep --csv points.csv", export_points));
  add_output_option(*all, "--csv", request->csv, "Writes a row a point");
  add_output_option(*all, "--sqlite", request->sqlite, "Writes tables of points, rows and counters");
  CLI::App* work =
      of_folder(add("work", "Runs a part of what a prepared folder is missing, for a cluster's task",
                    "Example: scansim sweep work sweep --shard 3/200",
                    [](const sweep_request& r) { return work_part(r.folder, r.shard, r.jobs.value_or(1)); }));
  work->add_option("--shard", request->shard, "Which part of how many: i/n")->capture_default_str();
  work->add_option("--jobs", request->jobs, "Worker processes; default: 1")
      ->transform(number_between(1, most_jobs));
  of_folder(add("ask", "Prints the space as JSON, for an optimiser that proposes points",
                "Example: scansim sweep ask sweep",
                [](const sweep_request& r) { return print_space(r.folder); }));
  of_folder(add("tell", "Reads proposals, a JSON object a line, and tells the results of each",
                "Example: echo '{\"num_lanes\": 8}' | scansim sweep tell sweep",
                [](const sweep_request& r) { return answer_proposals(r.folder); }));
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
