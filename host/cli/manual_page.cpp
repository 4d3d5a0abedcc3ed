#include "host/cli/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace scansim {
namespace {

// Text of a page: what the language would take as its own is escaped.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      out += std::string("\\&") + c;
    else
      out += c;
  }
  return out;
}

// As it stands, line by line.
std::string verbatim(const std::string& text) { return ".nf\n" + plain(text) + "\n.fi\n"; }

std::string default_of(const CLI::Option& option) {
  const std::string value = option.get_default_str();
  return value.empty() || value == "false" ? "" : " (default " + value + ")";
}

std::string option_entry(const CLI::Option& option) {
  std::string entry = fmt::format(".TP\n.B {}", plain(fmt::format("{}", fmt::join(names_of(option), ", "))));
  if (takes_value(option)) entry += plain(" " + option.get_type_name());
  if (option.get_required()) entry += plain(" (required)");
  return entry + "\n" + plain(option.get_description() + default_of(option)) + "\n";
}

std::string positional_entry(const CLI::Option& option) {
  return fmt::format(".TP\n.I {}\n{}\n", plain(option.get_name(true)), plain(option.get_description()));
}

std::string command_section(const command_node& command) {
  std::string text = fmt::format(".SS scansim {}\n", plain(fmt::format("{}", fmt::join(command.words, " "))));
  text += plain(command.app->get_description()) + "\n";
  for (const CLI::Option* option : command.positionals()) text += positional_entry(*option);
  for (const CLI::Option* option : command.options()) text += option_entry(*option);
  const std::string footer = command.app->get_footer();
  if (!footer.empty()) text += ".PP\n" + plain(footer) + "\n";
  return text;
}

}  // namespace

std::string manual_page(const std::vector<command_node>& commands, const std::string& version) {
  const CLI::App& program = *commands.front().app;
  std::string text =
      fmt::format(".TH SCANSIM 1 \"\" \"scansim {}\" \"User Commands\"\n.SH NAME\nscansim \\- {}\n",
                  plain(version), plain(program.get_description()));
  text += ".SH SYNOPSIS\n.B scansim\n.I COMMAND\n[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n" +
          verbatim(program.get_footer());
  text += ".SH OPTIONS\n";
  for (const CLI::Option* option : commands.front().options()) text += option_entry(*option);
  text += ".SH COMMANDS\n";
  for (const command_node& command : commands)
    if (!command.words.empty()) text += command_section(command);
  return text;
}

}  // namespace scansim
