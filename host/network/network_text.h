// A network's result as text: a table a phase, what is missing with the reason, and the total with what it is
// without. Contract: every row of the result is in one of the two tables.
#pragma once
#include <string>

#include "host/network/network_run.h"

namespace scansim {

std::string network_text(const network_result& result);
// name, tokens, phases, title; a line a network of the folder.
std::string networks_text(const std::string& folder);

}  // namespace scansim
