// The folder of a regression: plan.yaml as it was run, run.json (which jobs of it, by which program), rows in
// shards (host/shards), runs.jsonl (a line for each run that ended), fail/<bucket> (a failure made small),
// bins/ (what the machines of the jobs hit).
// Contract: rows are only added. The first row of a key is its result; further ones, of reruns, must be the
// same, or the job is flaky.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host/regress/job_drawing.h"
#include "host/regress/job_row.h"

namespace scansim {

struct job_rows {
  std::vector<job_row> rows;  // at least one
  const job_row& first() const { return rows.front(); }
  bool flaky() const;
};

struct stored_jobs {
  std::map<std::string, job_rows> jobs;  // by key
  uint64_t dropped = 0;                  // lines
};

stored_jobs read_job_rows(const std::string& folder);

struct regress_folder {
  regress_plan plan;
  plan_choice choice;
  std::string digest;     // of the program that ran last
  std::string plan_file;  // as it was given: what is recorded stands beside it
};

std::string plan_path(const std::string& folder);
void write_regress_run(const std::string& folder, const regress_folder& run);
bool is_regress_folder(const std::string& folder);
regress_folder read_regress_folder(const std::string& folder);

// Where the jobs of this program leave what they hit (sim/bins/bin_record.h).
std::string bins_folder(const std::string& folder, const std::string& digest);

// The jobs of the folder as the program that ran last names them.
std::vector<regress_job> jobs_of(const regress_folder& folder);

// One run that ended, for the trend.
void append_run(const std::string& folder, const nlohmann::json& run);
std::vector<nlohmann::json> read_runs(const std::string& folder);

}  // namespace scansim
