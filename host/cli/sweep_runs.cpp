// The actions of `scansim sweep` that run something, or say what would run.
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/cli/sweep_confirmation.h"
#include "host/cli/sweep_request.h"
#include "host/cli/sweep_synthesis.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/sweep_confirm.h"
#include "sim/rungs/rung.h"

namespace scansim {

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

namespace {

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

}  // namespace

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

std::string lowest_rung() { return rungs_with_machine_values().back(); }

int confirm_points(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const std::string& asked = sweep.folder.spec.confirm;
  const std::string lowest = !request.by.empty() ? request.by : !asked.empty() ? asked : lowest_rung();
  const int confirmed = confirm_sweep(sweep, request.folder, lowest, request.point);
  return confirmed == status_agree ? status_of(sweep.outcome) : confirmed;
}

int synthesise_points(const sweep_request& request) {
  const opened_sweep sweep(request.folder);
  const int counted = synthesise_sweep(sweep, request.folder, request.point);
  return counted == status_agree ? status_of(sweep.outcome) : counted;
}

}  // namespace scansim
