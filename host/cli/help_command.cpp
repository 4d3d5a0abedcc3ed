// `scansim help`, `version`, `completion` and `manual`: what the program says of itself.
#include <fmt/format.h>

#include <memory>

#include "host/cli/command_tree.h"
#include "host/cli/manual_page.h"
#include "host/cli/shell_completion.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/report/git_revision.h"

namespace scansim {
namespace {

int print(const std::string& text) {
  write_out(text);
  return status_agree;
}

}  // namespace

std::string version_text() {
  return fmt::format("scansim {} revision {}{}", SCANSIM_VERSION, git_revision(),
                     git_dirty() ? " (dirty)" : "");
}

command_action add_help(CLI::App& app) {
  auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("command", *words, "Command, and below it subcommand; none: the program");
  // `words` stays empty: main takes them, because CLI11 would run them as commands.
  return [words, &app] { return print(help_text({*words, &root_of(app)})); };
}

command_action add_version(CLI::App&) {
  return [] { return print(version_text() + "\n"); };
}

command_action add_completion(CLI::App& app) {
  struct shell {
    const char* name;
    std::string (*script)(const std::vector<command_node>& commands);
  };
  auto script = std::make_shared<std::string (*)(const std::vector<command_node>&)>();
  for (const shell& one :
       {shell{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}})
    app.add_subcommand(one.name, std::string("For ") + one.name)->callback([script, one] {
      *script = one.script;
    });
  app.require_subcommand(1);
  return [script, &app] { return print((*script)(command_tree(root_of(app)))); };
}

command_action add_manual(CLI::App& app) {
  return [&app] { return print(manual_page(command_tree(root_of(app)), SCANSIM_VERSION)); };
}

}  // namespace scansim
