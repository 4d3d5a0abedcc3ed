// What a folder's rows say of its plan: by test and testpoint, failures in buckets, and whether all is well.
// Contract: a flaky job is a failure of kind "flaky" with a bucket of its own; a refused one is a failure
// ("refused") unless its test may refuse; a recorded one is held to what was approved (recorded_cycles.h),
// and what differs is a failure of kind "recorded". Order is that of the plan.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/regress/recorded_cycles.h"
#include "host/regress/regress_folder.h"

namespace scansim {

struct judged_job {
  const regress_job* job = nullptr;
  const job_row* row = nullptr;  // nullptr: not run
  std::string bucket;            // of a failure; else empty
  job_signature signature;       // of a failure
  std::string message;
  bool failed() const { return !bucket.empty(); }
};

struct job_counts {
  uint64_t planned = 0, passed = 0, failed = 0, refused = 0, missing = 0;
};

struct failure_bucket {
  std::string id;
  job_signature signature;
  std::vector<const judged_job*> jobs;  // in order of the plan
};

struct regress_outcome {
  std::vector<judged_job> jobs;
  job_counts all;
  std::map<std::string, job_counts> tests;
  std::vector<failure_bucket> buckets;  // in order of their first job
  bool complete() const { return all.missing == 0; }
};

regress_outcome judge_regress(const regress_plan& plan, const std::vector<regress_job>& jobs,
                              const stored_jobs& store, const recorded_cycles& recorded);

// Of a testpoint: its tests together.
job_counts counts_of(const regress_outcome& outcome, const plan_testpoint& testpoint);

}  // namespace scansim
