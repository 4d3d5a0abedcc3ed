// What `scansim regress` does with failures: buckets made small, jobs chosen to run again.
#pragma once
#include "host/cli/opened_regress.h"

namespace scansim {

// Buckets that are not small yet, or all with `again`; of one with `bucket`. At most `waves` get waves.
// `opened` has them afterwards.
void make_failures(opened_regress& opened, const job_place& place, int waves, bool again = false,
                   const std::string& bucket = "");

// Failed ones; of a bucket, or of a key's first digits. input_error: nothing of that name failed.
std::vector<regress_job> jobs_to_repeat(const opened_regress& opened, const std::string& only);

// A line of runs.jsonl.
nlohmann::json run_line(const opened_regress& opened, const regress_counts& counts, double wall_s);

}  // namespace scansim
