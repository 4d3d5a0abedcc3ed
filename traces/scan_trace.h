// A trace whose call is a selective scan, by value: for code that takes scans alone (GPU kernels, benches).
// Contract as of trace.h, which reads and writes; another operator's trace is refused. Choose load_trace()
// for what serves every operator.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "traces/expect_tolerance.h"
#include "traces/scan_scales.h"
#include "traces/scan_tensors.h"
#include "traces/state_sparsity.h"

namespace scansim {

struct trace;

struct scan_trace {
  std::string path;
  std::string sha256;    // of the whole file, hexadecimal
  scan_tensors tensors;  // with state sparsity: compacted, so N counts the kept states and G the index groups
  std::optional<state_sparsity> sparsity;                // what was compacted; empty: every state is kept
  nlohmann::json provenance = nlohmann::json::object();  // as written; empty object if absent
  std::vector<scan_scales> scales;                       // one per combination of widths; empty if absent
  std::optional<expect_tolerance> tolerance;             // for expect.*; absent: the defaults
};

// Throws input_error for anything that is not a valid trace of a scan.
scan_trace load_scan_trace(const std::string& path);
// Of a trace whose call is a scan.
scan_trace scan_trace_of(const trace& one);

// With a `selection` the tensors are those of the whole call. Throws as write_trace.
void write_scan_trace(const std::string& path, const scan_tensors& tensors,
                      const nlohmann::json& provenance = nlohmann::json::object(),
                      const std::vector<scan_scales>& scales = {},
                      const std::optional<expect_tolerance>& tolerance = std::nullopt,
                      const std::optional<state_selection>& selection = std::nullopt);

// The contract of `tensors` by itself; `file` names the source in the error.
void check_scan_tensors(const scan_tensors& tensors, const std::string& file);

}  // namespace scansim
