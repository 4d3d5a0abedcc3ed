// Worker processes that run rows, each with a shard of its own. Contract: a row that throws is a row; one
// that takes longer than the sweep's limits, or whose process crashes, is written by the parent as a timeout
// or a failure, and another worker takes its place; a worker that somebody kills costs the row it was at.
// `progress` is called about ten times a second and may throw: the workers are ended then and what they wrote
// is kept. Errors: tool_error.
#pragma once
#include <chrono>
#include <functional>

#include "host/sweep/missing_rows.h"

namespace scansim {

using sweep_progress = std::function<void(uint64_t done, uint64_t total)>;

struct rows_end {
  uint64_t done = 0;
  int lost_workers = 0;  // killed
};

// Until all are done, or no row is begun any more, from `last` on.
rows_end run_rows(const sweep_spec& spec, const std::vector<row_task>& tasks, const std::string& folder,
                  int jobs, const sweep_progress& progress, std::chrono::steady_clock::time_point last);

}  // namespace scansim
