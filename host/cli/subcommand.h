// The table of subcommands of `scansim`. Contract: add() declares options on its CLI11 app and returns what
// runs when the subcommand is chosen; that returns the exit status (0 agree, 1 disagree, 4 nothing was
// compared) or throws input_error (2), tool_error (3).
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace scansim {

using command_action = std::function<int()>;

struct subcommand {
  const char* name;
  const char* description;
  const char* example;  // the footer of its --help
  command_action (*add)(CLI::App& app);
};

inline constexpr int status_agree = 0, status_disagree = 1, status_bad_input = 2, status_tool_failure = 3,
                     status_not_compared = 4, status_warned = 5;

command_action add_compare(CLI::App& app);
command_action add_run(CLI::App& app);
command_action add_report(CLI::App& app);
command_action add_trace(CLI::App& app);
command_action add_config(CLI::App& app);
command_action add_bench(CLI::App& app);
command_action add_cache(CLI::App& app);
command_action add_network(CLI::App& app);
command_action add_sweep(CLI::App& app);
command_action add_regress(CLI::App& app);
command_action add_coverage(CLI::App& app);
command_action add_area(CLI::App& app);
command_action add_energy(CLI::App& app);
command_action add_accuracy(CLI::App& app);
command_action add_sparsify(CLI::App& app);
command_action add_gpu(CLI::App& app);
command_action add_help(CLI::App& app);
command_action add_version(CLI::App& app);
command_action add_completion(CLI::App& app);
command_action add_manual(CLI::App& app);

std::string version_text();

}  // namespace scansim
