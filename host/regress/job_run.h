// One job in this process, by host/run: its verdict and, where the rungs differ or a tool fails, its
// signature. Contract: whatever happens below is a row; only what ends the process (a crash, a limit) is the
// caller's to notice (job_pool.h).
#pragma once
#include "host/regress/job_row.h"
#include "host/regress/regress_job.h"
#include "host/run/run_observer.h"

namespace scansim {

job_row run_job(const regress_job& job, run_observer& observer);

// A failure that no result tells of: "crash", ...; the numbers of the message are masked in the signature.
job_row failed_row(const std::string& key, const std::string& kind, const std::string& message);
// Of a tool: protocol, hang, build or tool, by what it says.
job_row tool_row(const std::string& key, const std::string& message);

// Builds the RTL library that the job needs, if it needs one.
void build_for(const regress_job& job, run_observer& observer);
bool needs_rtl(const regress_job& job);

// The same job with waves of these cycles at `wave_path`.
job_row run_job_with_waves(const regress_job& job, const std::string& wave_path, cycle_window window,
                           run_observer& observer);

}  // namespace scansim
