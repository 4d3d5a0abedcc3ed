// Options that several subcommands share: those that choose a design point, and those that name an output.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

#include "host/run/run_request.h"

namespace scansim {

void add_design_options(CLI::App& app, design_request& request);

// `help`: what is written, as in "Writes the result". host/cli/delivery.h writes it.
CLI::Option* add_output_option(CLI::App& app, const std::string& name, std::string& path,
                               const std::string& help);

}  // namespace scansim
