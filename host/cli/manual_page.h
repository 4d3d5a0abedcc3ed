// The manual page of the program in the language of man(7), made from the command tree: every command with
// its options, then what the program's own help says of environment and statuses. Choose help_text for one
// command on a terminal.
#pragma once
#include <string>
#include <vector>

#include "host/cli/command_tree.h"

namespace scansim {

std::string manual_page(const std::vector<command_node>& commands, const std::string& version);

}  // namespace scansim
