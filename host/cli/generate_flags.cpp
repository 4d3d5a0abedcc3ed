#include "host/cli/generate_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "host/cli/option_checks.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

// "a, b or c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

void set(const generator_option& option, int64_t integer, double real, const std::string& word) {
  if (option.integer != nullptr) *option.integer = integer;
  if (option.real != nullptr) *option.real = real;
  if (option.word != nullptr) *option.word = word;
  if (option.toggle != nullptr) *option.toggle = option.sets;
}

}  // namespace

generate_flags::generate_flags(call_kinds kinds) : kinds_(kinds), operator_(kinds[0]->name) {
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    generators_.push_back(kinds[kind]->make_generator());
    for (const generator_option& option : generators_.back()->options()) {
      shared_flag& flag = flags_[option.flag];
      if (flag.owners.empty()) order_.emplace_back(option.flag);
      flag.owners.push_back({kind, option});
    }
  }
}

// The first operator's text stands by itself, the others' behind their names; equal ones are said once.
std::string generate_flags::text_of(const shared_flag& flag) const {
  struct text_part {
    std::string text;
    bool of_first;
    std::vector<std::string> names;
  };
  std::vector<text_part> parts;
  for (const owner& each : flag.owners) {
    if (each.option.text.empty()) continue;
    auto part = std::find_if(parts.begin(), parts.end(),
                             [&](const text_part& known) { return known.text == each.option.text; });
    if (part == parts.end()) part = parts.insert(parts.end(), {each.option.text, each.kind == 0, {}});
    part->names.emplace_back(kinds_[each.kind]->name);
  }
  std::string text;
  for (const text_part& part : parts)
    text += (text.empty() ? "" : "; ") +
            (part.of_first ? part.text : fmt::format("{}: {}", fmt::join(part.names, ", "), part.text));
  return text;
}

std::string generate_flags::names_of(const shared_flag& flag) const {
  std::vector<std::string> names;
  for (const owner& each : flag.owners) names.emplace_back(kinds_[each.kind]->name);
  return fmt::format("{}", fmt::join(names, " "));
}

void generate_flags::declare(CLI::App& app, const std::string& name, shared_flag& flag) {
  const generator_option& first = flag.owners.front().option;
  const std::string text = text_of(flag);
  CLI::Option* declared = nullptr;
  if (first.integer != nullptr) {
    flag.integer = *first.integer;
    declared = app.add_option(name, flag.integer, text)->transform(as_whole_number<int64_t>());
  } else if (first.real != nullptr) {
    declared = app.add_option(name, flag.real, text)->check(real_number);
  } else if (first.word != nullptr) {
    declared = app.add_option(name, flag.word, text)->check(not_empty);
  } else {
    declared = app.add_flag(name, flag.on, text);
  }
  if (first.shows_default) declared->capture_default_str();
  if (first.needs != nullptr) declared->needs(first.needs);
}

void generate_flags::add_to(CLI::App& app) {
  app.add_option("--operator", operator_, listed(call_names(kinds_)))->capture_default_str();
  for (const std::string& name : order_) declare(app, name, flags_.at(name));
}

// A shape names its operator.
void generate_flags::follow_shape(const CLI::App& app) {
  const auto shape = flags_.find("--shape");
  if (app.count("--operator") > 0 || shape == flags_.end() || app.count("--shape") == 0) return;
  for (const owner& each : shape->second.owners)
    if (generators_[each.kind]->knows_shape(shape->second.word)) operator_ = kinds_[each.kind]->name;
}

void generate_flags::take(const CLI::App& app) {
  follow_shape(app);
  const std::vector<std::string> names = call_names(kinds_);
  const auto found = std::find(names.begin(), names.end(), operator_);
  if (found == names.end())
    throw input_error(
        "command line", "--operator",
        fmt::format("{} or one of {}", names[0], fmt::join(names.begin() + 1, names.end(), ", ")),
        "'" + operator_ + "'");
  chosen_ = static_cast<size_t>(found - names.begin());
  for (const auto& [name, flag] : flags_) {
    if (app.count(name) == 0) continue;
    const auto mine = std::find_if(flag.owners.begin(), flag.owners.end(),
                                   [&](const owner& each) { return each.kind == chosen_; });
    if (mine == flag.owners.end())
      throw input_error("command line", name, "an option of " + operator_, "one of " + names_of(flag));
    set(mine->option, flag.integer, flag.real, flag.word);
    check_given(mine->option, "command line", name);
  }
  require_needed(app);
}

void generate_flags::require_needed(const CLI::App& app) const {
  for (const std::string& name : order_) {
    for (const owner& each : flags_.at(name).owners) {
      if (each.kind != chosen_ || each.option.needed == nullptr || app.count(name) > 0) continue;
      std::istringstream others(each.option.needed);
      std::string or_others;
      bool stands = false;
      for (std::string other; others >> other; or_others += " or " + other)
        stands = stands || app.count(other) > 0;
      if (!stands)
        throw input_error("command line", name, "a value" + or_others + ", which " + operator_ + " needs",
                          "none");
    }
  }
}

}  // namespace scansim
