// The metadata key "scansim" of a trace: its JSON text <-> options, scales, tolerance and provenance.
// Contract: unknown keys, unknown versions and wrong types are input_errors that name
// "__metadata__.scansim.<key>".
#pragma once
#include <string>

#include "traces/scan_trace.h"

namespace scansim {

// Fills options, scales, tolerance and provenance of `trace`; `trace.path` names the file in errors.
void read_trace_metadata(const std::string& text, scan_trace& trace);

std::string write_trace_metadata(const scan_options& options, const nlohmann::json& provenance,
                                 const std::vector<scan_scales>& scales,
                                 const std::optional<expect_tolerance>& tolerance,
                                 const std::string& state_pattern = "");  // "2:4"; empty: none

}  // namespace scansim
