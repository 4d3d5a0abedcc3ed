// Cycles, stalls and error against ref that a plan's recorded tests are held to: a CSV beside the plan,
// <plan>.cycles.csv, a row a job (test, point, memory, call or trace), with the reason of its last change.
// Relative MSE, slope and mean may be up to twice the recorded ones, and what chance makes of the last two.
// Contract: rows are changed by approve alone; that of a job which is
// gone stays until it is forgotten; a job that has no row differs; a plan without the file has none.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host/regress/job_row.h"
#include "host/regress/regress_job.h"

namespace scansim {

struct recorded_row {
  std::string title, cycles, stalls;
  std::string error, slope, mean;  // of hls against ref: relative MSE; of y: slope - 1, mean in last places
  std::string reason;
};

struct recorded_cycles {
  std::map<std::string, recorded_row> rows;  // by id: hash of the job's identity

  // Empty: as recorded. Else what is, and what was.
  std::string difference(const regress_job& job, const job_row& row) const;
  // Takes the row's; false: as it was.
  bool approve(const regress_job& job, const job_row& row, const std::string& reason);
  // Removes the rows of other jobs than these; their titles.
  std::vector<std::string> forget_others(const std::vector<const regress_job*>& jobs);
};

std::string recorded_path(const std::string& plan_file);
recorded_cycles read_recorded_cycles(const std::string& path);  // none where there is no file
std::string recorded_csv(const recorded_cycles& recorded);

}  // namespace scansim
