// `compare`, `run`, `trace info` and `trace verify` for traces of the operators around the scan: rungs ref
// and hls, nothing below yet. Contract: one JSON schema with the scans (host/report/result_json.h), plus
// trace.operator, rungs.hls.{bound, scales, storage, traffic}; what needs time is null. A rung that this
// operator does not run on is refused before the first one runs.
#pragma once
#include <string>

#include "host/cli/scan_request.h"

namespace scansim {

// `rungs_given`: the user chose the rungs; else ref and hls. Returns the exit status.
int run_operator(const scan_request& request, bool rungs_given);

int print_operator_info(const std::string& path);
int verify_operator(const std::string& path);

}  // namespace scansim
