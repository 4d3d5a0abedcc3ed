// `compare`, `run`, `trace info` and `trace verify` for traces of the operators around the scan and of a
// whole block: ref, hls, and, where the design point has units, systemc and rtl. Contract: one JSON
// schema with the scans (host/report/result_json.h), plus trace.operator, rungs.hls.{bound, scales, storage}
// and rungs.*.traffic by tensor. A rung that the design point does not have is refused before the first one
// runs.
#pragma once
#include <string>

#include "host/cli/scan_request.h"

namespace scansim {

// `rungs_given`: the user chose the rungs; else all that the design point has. Returns the exit status.
int run_operator(const scan_request& request, bool rungs_given);

int verify_operator(const std::string& path);

}  // namespace scansim
