#include "host/cli/command_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr size_t most_typos = 2;

bool any(const CLI::App*) { return true; }

void add(const CLI::App& app, const std::vector<std::string>& words, std::vector<command_node>& nodes) {
  nodes.push_back({words, &app});
  for (const CLI::App* sub : app.get_subcommands(any)) {
    std::vector<std::string> below = words;
    below.push_back(sub->get_name());
    add(*sub, below, nodes);
  }
}

// Letters to add, to leave out and to change (Levenshtein).
size_t edits_between(const std::string& one, const std::string& other) {
  std::vector<size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < one.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t k = 0; k < other.size(); ++k) {
      const size_t changed = diagonal + (one[i] != other[k]);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

[[noreturn]] void refuse(const CLI::App& at, const std::string& word, const std::string& field) {
  std::vector<std::string> names;
  for (const CLI::App* sub : at.get_subcommands(any)) names.push_back(sub->get_name());
  std::string found = "'" + word + "'";
  const auto nearest = std::min_element(names.begin(), names.end(), [&](const auto& one, const auto& other) {
    return edits_between(word, one) < edits_between(word, other);
  });
  if (nearest != names.end() && edits_between(word, *nearest) <= most_typos) found += " (" + *nearest + "?)";
  throw input_error("command line", field,
                    names.empty() ? "no further word" : fmt::format("one of {}", fmt::join(names, ", ")),
                    found);
}

}  // namespace

std::vector<const CLI::App*> command_node::subcommands() const { return app->get_subcommands(any); }

std::vector<const CLI::Option*> command_node::options() const {
  return app->get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

std::vector<const CLI::Option*> command_node::positionals() const {
  return app->get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::vector<command_node> command_tree(const CLI::App& root) {
  std::vector<command_node> nodes;
  add(root, {}, nodes);
  return nodes;
}

const CLI::App& root_of(const CLI::App& app) {
  const CLI::App* at = &app;
  while (at->get_parent() != nullptr) at = at->get_parent();
  return *at;
}

std::string help_text(const command_node& command) {
  const std::string name = fmt::format("{}{}{}", root_of(*command.app).get_name(),
                                       command.words.empty() ? "" : " ", fmt::join(command.words, " "));
  return command.app->get_formatter()->make_help(command.app, name, CLI::AppFormatMode::Normal);
}

const CLI::App& find_command(const CLI::App& root, const std::vector<std::string>& words,
                             const std::string& field) {
  const CLI::App* at = &root;
  for (const std::string& word : words) {
    const std::vector<const CLI::App*> subs = at->get_subcommands(any);
    const auto found =
        std::find_if(subs.begin(), subs.end(), [&](const CLI::App* sub) { return sub->get_name() == word; });
    if (found == subs.end()) refuse(*at, word, field);
    at = *found;
  }
  return *at;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

}  // namespace scansim
