// `scansim energy samples` and `scansim energy fit`: coefficients of switching counters out of gates;
// `scansim energy published`: ours beside what others have published.
#pragma once
#include <memory>

#include "host/cli/subcommand.h"

namespace scansim {

void add_energy_samples(CLI::App& app, const std::shared_ptr<command_action>& chosen);
void add_energy_fit(CLI::App& app, const std::shared_ptr<command_action>& chosen);
void add_energy_published(CLI::App& app, const std::shared_ptr<command_action>& chosen);

}  // namespace scansim
