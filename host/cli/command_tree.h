// The commands of the program as CLI11 holds them, for whatever is written from them: help, completions, the
// man page. Contract: in the order in which they were added; the words of a command are those that a user
// types behind "scansim", none for the program itself.
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace scansim {

struct command_node {
  std::vector<std::string> words;
  const CLI::App* app;
  std::vector<const CLI::App*> subcommands() const;
  std::vector<const CLI::Option*> options() const;      // with a name that begins with -
  std::vector<const CLI::Option*> positionals() const;  // without
};

// `root` and everything below it, parents first.
std::vector<command_node> command_tree(const CLI::App& root);

// The program that a subcommand belongs to.
const CLI::App& root_of(const CLI::App& app);

// As `scansim WORDS --help` prints.
std::string help_text(const command_node& command);

// The command of these words. Errors: input_error that names the first that is none, with the nearest that is
// one; `field`: what the words were given for.
const CLI::App& find_command(const CLI::App& root, const std::vector<std::string>& words,
                             const std::string& field);

bool takes_value(const CLI::Option& option);
// "-h", "--help"
std::vector<std::string> names_of(const CLI::Option& option);

}  // namespace scansim
