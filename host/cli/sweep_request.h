// What the subcommands of `scansim sweep` are asked for, and the actions behind them: those that run
// something (sweep_runs.cpp) and those that only look at a folder (sweep_questions.cpp). Contract: an action
// returns the exit status; of an incomplete sweep that of a tool's failure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/cli/sweep_engine.h"
#include "host/sweep/sweep_front.h"

namespace scansim {

struct sweep_request {
  std::string spec, folder, point, at = "nominal", csv, html, sqlite, confirm, by, shard = "1/1",
                                   on = local_engine, fits, budget;
  std::optional<int> jobs;
  bool detach = false, watch = false;
};

int status_of(const sweep_outcome& outcome);

int show_plan(const sweep_request& request);
int run_points(const sweep_request& request);
int confirm_points(const sweep_request& request);
int synthesise_points(const sweep_request& request);
std::string lowest_rung();  // of a confirmation, where nobody says another

int show_status(const sweep_request& request);
int show_front(const sweep_request& request);
int show_point(const sweep_request& request);
int replay_point(const sweep_request& request);
int write_report(const sweep_request& request);
int explain_point(const sweep_request& request);
int export_points(const sweep_request& request);
std::vector<std::string> front_ends();  // that a front can be looked at

}  // namespace scansim
