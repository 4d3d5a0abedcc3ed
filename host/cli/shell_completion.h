// Scripts that complete the program's commands and options in a shell; values are completed as files. Made
// from the command tree, so that they know what this program knows. What a user sources, or an installation
// puts where the shell looks.
#pragma once
#include <string>
#include <vector>

#include "host/cli/command_tree.h"

namespace scansim {

std::string bash_completion(const std::vector<command_node>& commands);
std::string zsh_completion(const std::vector<command_node>& commands);
std::string fish_completion(const std::vector<command_node>& commands);

}  // namespace scansim
