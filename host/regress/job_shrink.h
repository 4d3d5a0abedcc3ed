// A failing job made small by its recipe: smaller machine, simpler memory, options left out, sizes halved, as
// long as the signature of the failure stays. Contract: what comes out has the signature that went in; every
// trial is a job of its own, so that its row can be kept and found again; the same job and rows give the same
// result, unless time runs out. A job of a program stays as it is.
#pragma once
#include <functional>

#include "host/regress/job_row.h"
#include "host/regress/regress_job.h"

namespace scansim {

struct shrink_limits {
  int runs = 60;  // that ended in a verdict
  double wall_s = 60;
};

struct shrunk_job {
  regress_job job;
  job_row row;
  int runs = 0;
};

using job_trial = std::function<job_row(const regress_job& job)>;

shrunk_job shrink_job(const regress_job& job, const job_row& row, const shrink_limits& limits,
                      const std::string& digest, const job_trial& trial);

// Smaller jobs, the most telling first.
std::vector<regress_job> smaller_jobs(const regress_job& job);

}  // namespace scansim
