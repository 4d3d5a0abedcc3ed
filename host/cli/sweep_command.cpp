// `scansim sweep`: a space of design points, run into a folder, and what is asked of the folder.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "host/cli/delivery.h"
#include "host/cli/design_options.h"
#include "host/cli/interruption.h"
#include "host/cli/opened_sweep.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/sweep_confirmation.h"
#include "host/cli/sweep_engine.h"
#include "host/cli/sweep_service.h"
#include "host/cli/sweep_synthesis.h"
#include "host/cli/sweep_why.h"
#include "host/page/page_document.h"
#include "host/page/sweep_page.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/operator_workload.h"
#include "host/sweep/point_run.h"
#include "host/sweep/sweep_array.h"
#include "host/sweep/sweep_confirm.h"
#include "host/sweep/sweep_export.h"
#include "host/sweep/value_run.h"

namespace scansim {
namespace {

constexpr int most_jobs = 256;
constexpr const char* lowest_rung = "rtl";  // of a confirmation, where nobody says another
constexpr auto look_again = std::chrono::seconds(2);

struct sweep_request {
  std::string spec, folder, point, at = "nominal", csv, html, sqlite, confirm, by, shard = "1/1",
                                   on = local_engine, fits, budget;
  std::optional<int> jobs;
  bool detach = false, watch = false;
};

int status_of(const sweep_outcome& outcome) {
  return outcome.complete() ? status_agree : status_tool_failure;
}

// What a run keeps in its folder; beside that, a user may keep pages and tables there.
std::vector<std::string> sweep_inputs(const std::string& folder) {
  return {spec_path(folder),      folder + "/run.json",    folder + "/lock",  folder + "/shards",
          folder + "/confirmed",  folder + "/asked.jsonl", folder + "/tasks", folder + "/program",
          folder + "/array.json", folder + "/area"};
}

int show_plan(const sweep_request& request) {
  const sweep_spec spec = load_sweep_spec(request.spec, ".", request.fits);
  if (request.folder.empty()) {
    print_out("{}", plan_text(spec, plan_sweep(spec, "")));
    return status_agree;
  }
  const std::string model = model_digest();
  const stored_rows store = read_shards(request.folder);
  const sweep_plan plan = plan_sweep(spec, model, store);
  print_out("{}{}", plan_text(spec, plan), duration_text(spec, plan, store));
  return status_agree;
}

// What cannot be asked for together, before anything runs.
void check_run(const sweep_request& request) {
  const auto refuse = [](const char* option, const char* expected, const std::string& found) {
    throw input_error("command line", option, expected, found);
  };
  if (!request.confirm.empty()) confirming_rungs(request.confirm);
  const bool runs_nothing = request.jobs == 0;
  if (!request.confirm.empty() && runs_nothing)
    refuse("--confirm", "a run with workers", "--jobs 0, which runs nothing");
  if (runs_nothing && request.on != local_engine)
    refuse("--jobs", "worker processes of a task", "0, which runs nothing");
  if (request.detach && request.on == local_engine) refuse("--detach", "--on and a queue", "none");
  if (!request.budget.empty() && request.on != local_engine)
    refuse("--budget", "a local run: a queue has its own limits", "--on " + request.on);
  if (request.detach && !request.confirm.empty()) refuse("--confirm", "a run that is waited for", "--detach");
}

int run_points(const sweep_request& request) {
  check_run(request);
  const sweep_engine engine(request.on, request.jobs, request.detach, read_budget(request.budget));
  sweep_spec spec = load_sweep_spec(request.spec, ".", request.fits);
  spec.asked = read_asked(request.folder);
  const std::string model = model_digest();
  const stored_rows before = read_shards(request.folder);
  const sweep_plan plan = plan_sweep(spec, model, before);
  uint64_t there = 0;
  const size_t missing = missing_rows(spec, plan, before, there).size();
  print_out("{}", plan_text(spec, plan));
  if (plan.points.empty() && spec.method != sample_method::asked)
    throw input_error(request.spec, "space", "at least one point", "none: every one is refused");
  const sweep_engine_end end = engine.run(spec, plan, request.folder, model);
  if (request.jobs == 0 || request.detach) return status_agree;  // prepared, submitted
  const opened_sweep sweep(request.folder);
  print_out("{} rows run now, {} were there\n{}{}{}", end.counts.ran, there - missing,
            status_text(sweep.outcome), end.lost, front_text(spec, sweep.outcome));
  const std::string& lowest = request.confirm.empty() ? spec.confirm : request.confirm;
  const int confirmed = lowest.empty() ? status_agree : confirm_sweep(sweep, request.folder, lowest);
  return confirmed == status_agree ? status_of(sweep.outcome) : confirmed;
}

int confirm_points(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const std::string& asked = sweep.folder.spec.confirm;
  const std::string lowest = !request.by.empty() ? request.by : !asked.empty() ? asked : lowest_rung;
  const int confirmed = confirm_sweep(sweep, request.folder, lowest, request.point);
  return confirmed == status_agree ? status_of(sweep.outcome) : confirmed;
}

int synthesise_points(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const int counted = synthesise_sweep(sweep, request.folder, request.point);
  return counted == status_agree ? status_of(sweep.outcome) : counted;
}

// Until every point is done, or Ctrl-C: again whenever something has changed.
int show_status(const sweep_request& request) {
  std::string before;
  for (;; std::this_thread::sleep_for(look_again)) {
    const opened_sweep sweep(request.folder);
    const std::string now = status_text(sweep.outcome) +
                            progress_text(sweep.folder.spec, sweep.plan, sweep.store, sweep.outcome) +
                            array_text(request.folder);
    if (now != before) print_out("{}{}", before.empty() ? "" : "\n", now);
    if (!request.watch || sweep.outcome.missing == 0) return status_of(sweep.outcome);
    before = now;
    throw_if_interrupted();
  }
}

constexpr const char* robust_name = "robust";

energy_end end_named(const std::string& name) {
  for (const energy_end end : energy_ends)
    if (name == energy_end_names[static_cast<size_t>(end)]) return end;
  return energy_end::nominal;
}

std::vector<std::string> front_ends() {
  std::vector<std::string> names(std::begin(energy_end_names), std::end(energy_end_names));
  names.emplace_back(robust_name);
  return names;
}

int show_front(const sweep_request& request) {
  delivery delivered({{"--csv", request.csv}}, sweep_inputs(request.folder));
  const bool robust = request.at == robust_name;
  opened_sweep sweep(request.folder, robust ? energy_end::nominal : end_named(request.at), request.fits);
  for (judged_point& one : sweep.outcome.points)
    if (robust) one.on_front = one.robust;
  delivered.print(front_text(sweep.folder.spec, sweep.outcome));
  delivered.write(request.csv, front_csv(sweep.folder.spec, sweep.outcome));
  return delivered.status(status_of(sweep.outcome));
}

int show_point(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const sweep_point& point = sweep.point(request.point);
  for (const judged_point& one : sweep.outcome.points)
    if (one.point == &point) print_out("{}", point_text(sweep.folder.spec, one));
  for (const row_task& task : rows_of(sweep.folder.spec, point)) {
    const row_outcome* row = sweep.store.find(task.key);
    if (!row)
      print_out("row {}: not run yet\n", task.key);
    else if (row->status != row_status::ok)
      print_out("row {}: {}: {}\n", task.key, status_text(row->status), row->message);
  }
  for (size_t i = 0; i < point.keys.size(); ++i) {
    sweep_workload workload = sweep.folder.spec.workloads[i];
    if (workload.call)
      workload.call =
          std::make_shared<const operator_workload>(with_settings(*workload.call, point.parameters));
    print_out("{}", reproduce_text(sweep.folder.spec, settings_text(point), workload));
  }
  return status_agree;
}

// Whether the row of values comes out again as it is stored.
bool repeats_values(const opened_sweep& sweep, const row_task& task) {
  const auto stored = sweep.store.values.find(task.key);
  if (stored == sweep.store.values.end())
    throw input_error("command line", "POINT", "a point with results", "row " + task.key + " without");
  const value_row now = run_values(sweep.folder.spec, *task.point, task.key, *task.workload);
  const bool same = now.status == stored->second.status &&
                    now.output_sha256 == stored->second.output_sha256 &&
                    now.relative_mse == stored->second.relative_mse;
  print_out("{} {}: relative MSE {:.3g} stored, {:.3g} now: {}\n", task.key, task.workload->name,
            stored->second.relative_mse, now.relative_mse, same ? "every value equal" : "different");
  return same;
}

int replay_point(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const sweep_point& point = sweep.point(request.point);
  int status = status_agree;
  for (size_t i = 0; i < point.keys.size(); ++i) {
    const sweep_workload& workload = sweep.folder.spec.workloads[i];
    const auto stored = sweep.store.rows.find(point.keys[i]);
    if (stored == sweep.store.rows.end())
      throw input_error(request.folder, point.keys[i], "a row to repeat", "none yet");
    const point_row now = run_point(point, point.keys[i], workload, sweep.folder.spec.memory_seed);
    const bool same = now.status == stored->second.status && now.cycles == stored->second.cycles &&
                      now.counters == stored->second.counters;
    print_out("{} {}: {} cycles stored, {} now: {}\n", point.keys[i], workload.name, stored->second.cycles,
              now.cycles, same ? "every counter equal" : "different");
    if (!same) status = status_disagree;
  }
  for (const row_task& task : rows_of(sweep.folder.spec, point))
    if (task.values && !repeats_values(sweep, task)) status = status_disagree;
  return status;
}

int write_report(const sweep_request& request) {
  delivery delivered({{"--html", request.html}}, sweep_inputs(request.folder));
  const opened_sweep sweep(request.folder);
  delivered.print(status_text(sweep.outcome));
  delivered.write(request.html,
                  html_page(request.folder, sweep_page(request.folder, sweep.folder.spec, sweep.store,
                                                       sweep.outcome, read_confirmations(request.folder))));
  return delivered.status(status_of(sweep.outcome));
}

int explain_point(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  check_program(request.folder, sweep.folder);  // neighbours may have to be run
  print_out("{}", why_text(sweep, sweep.point(request.point)));
  return status_agree;
}

int export_points(const sweep_request& request) {
  if (request.csv.empty() && request.sqlite.empty())
    throw input_error("command line", "sweep export", "--csv or --sqlite", "neither");
  delivery delivered({{"--csv", request.csv}, {"--sqlite", request.sqlite, true}},
                     sweep_inputs(request.folder));
  const opened_sweep sweep(request.folder);
  const exported_sweep exported{sweep.folder.spec, sweep.plan, sweep.store, sweep.outcome};
  delivered.print(status_text(sweep.outcome));
  if (!request.csv.empty()) delivered.write(request.csv, export_csv(exported));
  if (!request.sqlite.empty()) delivered.write(request.sqlite, export_sqlite(exported));
  return delivered.status(status_of(sweep.outcome));
}

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
      ->check(CLI::Range(0, most_jobs));
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
                  confirming_rung_names(), lowest_rung));
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
  work->add_option("--jobs", request->jobs, "Worker processes; default: 1")->check(CLI::Range(1, most_jobs));
  of_folder(add("ask", "Prints the space as JSON, for an optimiser that proposes points",
                "Example: scansim sweep ask sweep",
                [](const sweep_request& r) { return print_space(r.folder); }));
  of_folder(add("tell", "Reads proposals, a JSON object a line, and tells the results of each",
                "Example: echo '{\"num_lanes\": 8}' | scansim sweep tell sweep",
                [](const sweep_request& r) { return answer_proposals(r.folder); }));
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
