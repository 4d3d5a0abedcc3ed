#include "host/coverage/coverage_floor.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double whole = 100;
constexpr size_t most_named = 3;

std::vector<std::string> group_names() {
  std::vector<std::string> names;
  for (const bin_group& group : bin_model()) names.push_back(group.name);
  names.insert(names.end(), inside_groups.begin(), inside_groups.end());
  return names;
}

double percent_of(const std::string& option, const std::string& text, const std::string& number) {
  double percent = -1;
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), percent);
  const bool good = failed == std::errc() && end == number.data() + number.size();
  if (!good || !(percent >= 0 && percent <= whole))
    throw input_error("command line", option, "PERCENT or GROUP=PERCENT of 0..100", "'" + text + "'");
  return percent;
}

covered_group group_of(const bin_coverage& coverage, const std::string& name) {
  for (const covered_group& group : coverage.groups)
    if (group.name == name) return group;
  if (name.empty()) return coverage.sum();
  return {name, 0, 0, 1, {"no machine with checks ran"}};  // of a group that machines tell of themselves
}

std::string missing_of(const covered_group& group, double percent) {
  const size_t named = std::min(group.open.size(), most_named);
  std::string text = fmt::format(
      "{}: {} of {} bins covered, expected {} %; open: {}", group.name, group.covered, group.asked, percent,
      fmt::join(group.open.begin(), group.open.begin() + static_cast<long>(named), ", "));
  if (group.open.size() > named) text += fmt::format(" and {} more", group.open.size() - named);
  return text;
}

}  // namespace

coverage_floor coverage_floor_of(const std::string& option, const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos) return {"", percent_of(option, text, text)};
  const std::string group = text.substr(0, sign);
  const std::vector<std::string> names = group_names();
  if (std::find(names.begin(), names.end(), group) == names.end())
    throw input_error("command line", option, fmt::format("a group of {}", fmt::join(names, ", ")),
                      "'" + group + "'");
  return {group, percent_of(option, text, text.substr(sign + 1))};
}

std::string missing_text(const bin_coverage& coverage, const std::vector<coverage_floor>& floors) {
  std::vector<std::string> missing;
  for (const coverage_floor& floor : floors) {
    const covered_group group = group_of(coverage, floor.group);
    if (static_cast<double>(group.covered) * whole < floor.percent * static_cast<double>(group.asked))
      missing.push_back(missing_of(group, floor.percent));
  }
  return fmt::format("{}", fmt::join(missing, "; "));
}

}  // namespace scansim
