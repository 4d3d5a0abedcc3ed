// Runs jobs of a regression into its folder. Contract: only what has no row runs; RTL is built first, once a
// design point, and one that does not build is a row (build) of each of its jobs; each row is in the folder
// before the next job of its place starts, so kill -9 of anything loses what was running and nothing else.
// One run a folder at a time (tool_error); parts of a cluster's tasks do not meet and take no lock.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "host/regress/regress_folder.h"

namespace scansim {

using regress_progress = std::function<void(const std::string& what)>;

struct regress_counts {
  uint64_t wanted = 0, ran = 0;
  uint64_t killed = 0;                       // by somebody else: still missing
  std::map<std::string, uint64_t> left_out;  // by test: its budget was spent
};

struct job_place {
  std::string folder;
  int slots = 1;
};

// Rows of `jobs`, appended to a shard of their own as they end.
regress_counts run_jobs(const job_place& place, const regress_plan& plan,
                        const std::vector<regress_job>& jobs, const regress_progress& progress);

// Those of `jobs` without a row, each key once.
std::vector<regress_job> missing_jobs(const std::vector<regress_job>& jobs, const stored_jobs& store);

// The part `index` of `of`, by key.
std::vector<regress_job> part_of(const std::vector<regress_job>& jobs, uint64_t index, uint64_t of);

}  // namespace scansim
