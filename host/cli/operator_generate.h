// Options of `scansim trace generate --operator NAME` beside those of a scan, and the trace they make.
// Contract: an option that the chosen operator does not have is refused, never ignored.
#pragma once
#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "traces/operator_generate.h"

namespace scansim {

struct operator_options {
  operator_request request;
  bool no_silu = false, no_hadamard = false;
  std::map<std::string, std::string> owners;  // option -> operators that have it
};

// Declares --operator and what only these operators have. `--seed`, `--out`, `--expect` and the options of
// scans are the caller's.
void add_operator_options(CLI::App& app, operator_options& options);

// Throws input_error for an option that does not belong to options.request.name. selective_scan included.
void check_operator_options(const CLI::App& app, const operator_options& options);

// Writes the trace; with expect.y of ref if asked for. Returns the exit status.
int generate_operator_trace(const operator_options& options, bool expect, const std::string& out);

}  // namespace scansim
