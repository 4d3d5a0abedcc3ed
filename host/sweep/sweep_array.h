// Runs what a folder is missing of a plan as tasks of a batch system (host/cluster/folder_array.h), each
// `sweep work` on its part of the rows. Contract: as run_sweep; rows whose task ended without them are
// `lost`; a search by generations submits an array for each. Errors: tool_error.
#pragma once
#include "host/cluster/folder_array.h"
#include "host/sweep/sweep_run.h"

namespace scansim {

struct sweep_array_request {
  std::string folder, model;
  batch_queue queue;
  int jobs = 1;                                       // worker processes of a task
  bool detached = false;                              // submit, and do not wait
  std::function<void(const std::string&)> tell = {};  // what happened, a line
};

struct sweep_array_end {
  sweep_run_counts counts;
  std::string job;  // of the last array; empty: nothing was missing
  std::vector<lost_task> lost;
};

sweep_array_end run_sweep_array(const sweep_spec& spec, const sweep_plan& plan,
                                const sweep_array_request& request, const sweep_progress& progress);

}  // namespace scansim
