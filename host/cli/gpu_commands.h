// The subcommands of `scansim gpu`, in the pattern of subcommand.h: each declares its options on the app that
// it is given and returns what runs when it is chosen. gpu_command.cpp makes the apps.
#pragma once
#include "host/cli/subcommand.h"

namespace scansim {

command_action add_gpu_record(CLI::App& app);
command_action add_gpu_info(CLI::App& app);
command_action add_gpu_import(CLI::App& app);
command_action add_gpu_correlate(CLI::App& app);

}  // namespace scansim
