// The metadata key "scansim" of an operator trace: its JSON text <-> the options of the call, tolerance and
// provenance. Contract: unknown keys, wrong types and values outside their range are input_errors that name
// "__metadata__.scansim.<key>". Which keys each operator has: traces/README.md.
#pragma once
#include <string>

#include "traces/operator_trace.h"

namespace scansim {

// Makes trace.call the operator that the text names and fills its options; trace.path names the file in
// errors.
void read_operator_metadata(const std::string& text, operator_trace& trace);

std::string write_operator_metadata(const operator_call& call, const nlohmann::json& provenance,
                                    const std::optional<expect_tolerance>& tolerance);

// "gemm", ... of a metadata text, empty if there is none to be read.
std::string operator_of_metadata(const std::string& text, const std::string& file);

// "dense" or "N:M".
std::string sparsity_text(const nm_pattern& pattern);
const std::vector<std::string>& epilogue_names();       // in the order of gemm_epilogue_kind
const std::vector<std::string>& weight_format_names();  // "int8", "w4g128"
constexpr int weight_bits_of(size_t format) { return format == 0 ? 8 : 4; }

}  // namespace scansim
