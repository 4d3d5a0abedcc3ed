// The metadata key "scansim" of a trace: its JSON text <-> operator, options, tolerance, scales and
// provenance. Contract: unknown keys and versions, wrong types and values outside their range are
// input_errors that name
// "__metadata__.scansim.<key>".
#pragma once
#include <string>

#include "traces/trace.h"

namespace scansim {

// An empty call of the operator that the text names, its options filled, and what every trace has but its
// scales; `into.path` names the file in errors.
std::unique_ptr<call> read_trace_metadata(const std::string& text, call_kinds kinds, trace& into);

std::string write_trace_metadata(const call& one, const nlohmann::json& provenance,
                                 const std::optional<expect_tolerance>& tolerance,
                                 const stored_scales& scales);

// The text with other scales; `file` names it in errors.
std::string with_scales(const std::string& text, const stored_scales& scales, const std::string& file);

// The entries of `scales` in the text, for a call whose sizes are known.
stored_scales read_stored_scales(const std::string& text, const call& one, const std::string& file);

}  // namespace scansim
