#include "host/cli/shell_completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scansim {
namespace {

std::string quoted(const std::string& text) {
  std::string inside;
  for (const char c : text) inside += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "'" + inside + "'";
}

std::string route_of(const command_node& command) { return fmt::format("{}", fmt::join(command.words, " ")); }

// The alternatives of a `case` that go one word down: all routes but the program's own.
std::string routes_below(const std::vector<command_node>& commands) {
  std::vector<std::string> routes;
  for (const command_node& command : commands)
    if (!command.words.empty()) routes.push_back(quoted(route_of(command)));
  return fmt::format("{}", fmt::join(routes, "|"));
}

std::vector<std::string> subcommand_names(const command_node& command) {
  std::vector<std::string> names;
  for (const CLI::App* sub : command.subcommands()) names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> option_names(const command_node& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.options())
    for (const std::string& name : names_of(*option)) names.push_back(name);
  return names;
}

// "name:what it is", as _describe takes it.
std::string described(std::string name, const std::string& text) {
  for (size_t at = 0; (at = name.find(':', at)) != std::string::npos; at += 2) name.insert(at, "\\");
  return quoted(name + ":" + text);
}

std::string zsh_lists(const command_node& command) {
  std::vector<std::string> subs, options;
  for (const CLI::App* sub : command.subcommands())
    subs.push_back(described(sub->get_name(), sub->get_description()));
  for (const CLI::Option* option : command.options())
    for (const std::string& name : names_of(*option))
      options.push_back(described(name, option->get_description()));
  return fmt::format("commands=({}) options=({})", fmt::join(subs, " "), fmt::join(options, " "));
}

// That the words before the cursor are those of `command`.
std::string fish_condition(const command_node& command) {
  return quoted("test \"$(__scansim_route)\" = \"" + route_of(command) + "\"");
}

std::string fish_option(const std::string& condition, const CLI::Option& option) {
  std::string line = "complete -c scansim -n " + condition;
  for (const std::string& name : option.get_snames()) line += " -s " + name;
  for (const std::string& name : option.get_lnames()) line += " -l " + name;
  if (takes_value(option)) line += " -r -F";
  return line + " -d " + quoted(option.get_description()) + "\n";
}

}  // namespace

std::string bash_completion(const std::vector<command_node>& commands) {
  std::string text =
      "# Completion of scansim for bash, written by `scansim completion bash`.\n"
      "_scansim() {\n"
      "  local cursor=${COMP_WORDS[COMP_CWORD]} route= commands= options= i=1\n"
      "  [[ ${COMP_WORDS[1]} == help && COMP_CWORD -gt 1 ]] && i=2\n"
      "  for (( ; i < COMP_CWORD; i++)); do\n"
      "    case ${route:+$route }${COMP_WORDS[i]} in\n"
      "      " +
      routes_below(commands) +
      ") route=${route:+$route }${COMP_WORDS[i]} ;;\n"
      "    esac\n"
      "  done\n"
      "  case $route in\n";
  for (const command_node& command : commands)
    text += fmt::format("    {}) commands='{}' options='{}' ;;\n", quoted(route_of(command)),
                        fmt::join(subcommand_names(command), " "), fmt::join(option_names(command), " "));
  text +=
      "  esac\n"
      "  [[ $cursor == -* ]] && commands=$options\n"
      "  COMPREPLY=($(compgen -W \"$commands\" -- \"$cursor\"))\n"
      "}\n"
      "complete -o default -F _scansim scansim\n";
  return text;
}

std::string zsh_completion(const std::vector<command_node>& commands) {
  std::string text =
      "#compdef scansim\n"
      "# Completion of scansim for zsh, written by `scansim completion zsh`.\n"
      "local -a commands options\n"
      "local route= word first=2\n"
      "[[ ${words[2]} == help && CURRENT -gt 2 ]] && first=3\n"
      "for word in \"${(@)words[first,CURRENT-1]}\"; do\n"
      "  case ${route:+$route }$word in\n"
      "    " +
      routes_below(commands) +
      ") route=${route:+$route }$word ;;\n"
      "  esac\n"
      "done\n"
      "case $route in\n";
  for (const command_node& command : commands)
    text += fmt::format("  {}) {} ;;\n", quoted(route_of(command)), zsh_lists(command));
  text +=
      "esac\n"
      "if [[ ${words[CURRENT]} == -* ]]; then\n"
      "  _describe option options\n"
      "elif (( $#commands )); then\n"
      "  _describe command commands\n"
      "else\n"
      "  _files\n"
      "fi\n";
  return text;
}

std::string fish_completion(const std::vector<command_node>& commands) {
  std::string text =
      "# Completion of scansim for fish, written by `scansim completion fish`.\n"
      "function __scansim_route\n"
      "  set -l route\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    test \"$word\" = help; and not set -q route[1]; and continue\n"
      "    switch (string join ' ' $route $word)\n"
      "      case ";
  std::vector<std::string> routes;
  for (const command_node& command : commands)
    if (!command.words.empty()) routes.push_back(quoted(route_of(command)));
  text += fmt::format(
      "{}\n"
      "        set -a route $word\n"
      "    end\n"
      "  end\n"
      "  string join ' ' $route\n"
      "end\n",
      fmt::join(routes, " "));
  for (const command_node& command : commands) {
    const std::string condition = fish_condition(command);
    for (const CLI::App* sub : command.subcommands())
      text += "complete -c scansim -f -n " + condition + " -a " + sub->get_name() + " -d " +
              quoted(sub->get_description()) + "\n";
    for (const CLI::Option* option : command.options()) text += fish_option(condition, *option);
  }
  return text;
}

}  // namespace scansim
