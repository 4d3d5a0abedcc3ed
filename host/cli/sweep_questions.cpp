// The actions of `scansim sweep` that look at a folder.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

#include "host/cli/delivery.h"
#include "host/cli/interruption.h"
#include "host/cli/opened_sweep.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/sweep_request.h"
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

constexpr auto look_at_sweep_again = std::chrono::seconds(2);
constexpr const char* robust_name = "robust";

// What a run keeps in its folder; beside that, a user may keep pages and tables there.
std::vector<std::string> sweep_inputs(const std::string& folder) {
  return {spec_path(folder),      folder + "/run.json",    folder + "/lock",  folder + "/shards",
          folder + "/confirmed",  folder + "/asked.jsonl", folder + "/tasks", folder + "/program",
          folder + "/array.json", folder + "/area"};
}

energy_end end_named(const std::string& name) {
  for (const energy_end end : energy_ends)
    if (name == energy_end_names[static_cast<size_t>(end)]) return end;
  return energy_end::nominal;
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

}  // namespace

int status_of(const sweep_outcome& outcome) {
  return outcome.complete() ? status_agree : status_tool_failure;
}

// Until every point is done, or Ctrl-C: again whenever something has changed.
int show_status(const sweep_request& request) {
  std::string before;
  for (;; std::this_thread::sleep_for(look_at_sweep_again)) {
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

}  // namespace scansim
