// Runs what a folder is missing of a plan, in worker processes that append to shards of their own
// (sweep_store.h). Contract: always resumes; a point that fails is a row, and fails are tried again by the
// next run; a worker that dies costs the row it was at. `progress` is called about ten times a second and may
// throw: the workers are ended then and what they wrote is kept. A budget ends a run early, between rows.
// Errors: tool_error, among them another run in the folder.
#pragma once
#include <cstdint>

#include "host/sweep/row_workers.h"
#include "host/sweep/sweep_budget.h"
#include "host/sweep/sweep_folder.h"
#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct sweep_run_request {
  std::string folder, model;
  int jobs = 1;              // 0: the folder is made ready, nothing runs
  sweep_budget budget = {};  // of this run
};

struct sweep_run_counts {
  uint64_t wanted = 0;        // rows of the plan
  uint64_t ran = 0;           // now
  int lost_workers = 0;       // ended by a signal
  bool budget_spent = false;  // with rows left
};

sweep_run_counts run_sweep(const sweep_spec& spec, const sweep_plan& plan, const sweep_run_request& request,
                           const sweep_progress& progress);

// A part of a plan's rows, for tasks of a cluster that share the folder: those whose key modulo `of` is
// `index`. Takes no lock, since parts do not meet; a search by generations gets no further than the one that
// is planned.
struct sweep_part {
  uint64_t index = 0, of = 1;
};
sweep_run_counts run_part(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          const sweep_run_request& request, const sweep_part& part,
                          const sweep_progress& progress);

// Hash of this program: what computes times is in it.
std::string model_digest();

// Rows are named by the program that prepared the folder: another one must neither add to them nor set its
// own beside them (input_error).
void check_program(const std::string& folder, const sweep_folder& sweep);

}  // namespace scansim
