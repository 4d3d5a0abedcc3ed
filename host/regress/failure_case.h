// A failure without a person: the first job of a bucket made small (job_shrink.h), with waves around the
// first difference, and the lines that show it again, in <folder>/fail/<bucket>:
//   failure.json   signature, jobs, the minimal job, its message       waves.fst   where the RTL differs
//   reproduce.sh   the one line       bisect.sh   `git bisect run` with it: build, run, 125 where that fails
// Contract: trials are rows of the folder, so a second time costs what is new. A bucket that is made is made
// again only when asked for.
#pragma once
#include "host/regress/job_shrink.h"
#include "host/regress/regress_outcome.h"
#include "host/regress/regress_run.h"

namespace scansim {

struct failure_request {
  job_place place;
  std::string invocation;  // how a shell starts the program
  shrink_limits limits;
  bool waves = true;
};

struct failure_case {
  std::string bucket, folder, line, title, message;
  int runs = 0;
  std::string waves;                      // path; empty: none
  std::vector<std::string> streams = {};  // where each stream between blocks first differs
};

failure_case make_failure_case(const failure_request& request, const std::string& digest,
                               const failure_bucket& bucket, const regress_progress& progress);

// Those that the folder has, by bucket.
std::map<std::string, failure_case> read_failure_cases(const std::string& folder);

}  // namespace scansim
