// A regression's folder, read: plan, jobs, rows, what is recorded, outcome, failures made small.
#pragma once
#include "host/regress/regress_text.h"
#include "models/configs/data_directory.h"
#include "traces/yaml_document.h"

namespace scansim {

struct opened_regress {
  regress_folder folder;
  std::vector<regress_job> jobs;
  stored_jobs store;
  regress_outcome outcome;
  std::map<std::string, failure_case> failures;

  explicit opened_regress(const std::string& path)
      : folder(read_regress_folder(path)),
        jobs(jobs_of(folder)),
        store(read_job_rows(path)),
        outcome(
            judge_regress(folder.plan, jobs, store, read_recorded_cycles(recorded_path(folder.plan_file)))),
        failures(read_failure_cases(path)) {}
  opened_regress(const opened_regress&) = delete;  // the outcome points into it
  opened_regress& operator=(const opened_regress&) = delete;

  regress_report report(const std::map<std::string, uint64_t>& left_out = {}) const {
    return {folder.plan, folder.choice, outcome, failures, left_out};
  }
};

}  // namespace scansim
