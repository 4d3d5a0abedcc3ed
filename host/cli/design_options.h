// Options that several subcommands share: those that choose a design point, and the check of a path to write.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

#include "host/run/run_request.h"

namespace scansim {

void add_design_options(CLI::App& app, design_request& request);

// Throws input_error naming `option` if a file cannot be made at `path`. An empty path passes.
void check_output_path(const std::string& option, const std::string& path);

}  // namespace scansim
