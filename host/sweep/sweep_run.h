// Runs what a folder is missing of a plan, in worker processes that append to shards of their own
// (sweep_store.h). Contract: always resumes; a point that fails is a row, and fails are tried again by the
// next run; a worker that dies costs the row it was at. `progress` is called about ten times a second and may
// throw: the workers are ended then and what they wrote is kept. Errors: tool_error, among them another run
// in the folder.
#pragma once
#include <functional>

#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct sweep_run_request {
  std::string folder, model;
  int jobs = 1;
};

struct sweep_run_counts {
  uint64_t wanted = 0;   // rows of the plan
  uint64_t ran = 0;      // now
  int lost_workers = 0;  // ended by a signal
};

using sweep_progress = std::function<void(uint64_t done, uint64_t total)>;

sweep_run_counts run_sweep(const sweep_spec& spec, const sweep_plan& plan, const sweep_run_request& request,
                           const sweep_progress& progress);

// Hash of this program: what computes times is in it.
std::string model_digest();

}  // namespace scansim
