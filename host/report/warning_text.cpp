#include "host/report/warning_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {

std::map<std::string, uint64_t> saturations_of(const rung_result& rung) {
  std::map<std::string, uint64_t> saturations;
  for (const auto& [block, events] : rung.counters)
    for (const auto& [event, count] : events)
      if (count > 0 && event.starts_with("saturations")) saturations[block + "." + event] = count;
  return saturations;
}

std::string warnings_text(const run_result& result) {
  std::string text;
  for (const run_warning& one : result.warnings)
    text += fmt::format("warning: {}: {}: {}\n", one.kind, one.rung, one.text);
  return text;
}

std::string warning_kinds(const run_result& result) {
  std::vector<std::string> kinds;
  for (const run_warning& one : result.warnings)
    if (std::find(kinds.begin(), kinds.end(), one.kind) == kinds.end()) kinds.push_back(one.kind);
  std::string text;
  for (const std::string& kind : kinds) text += (text.empty() ? "" : ", ") + kind;
  return text;
}

std::string limits_text(const run_result& result) {
  std::string text;
  for (const auto& [limit, count] : result.limits)
    if (count > 0) text += fmt::format("limit of the machine: {} ({})\n", limit, count);
  const auto found = std::find_if(result.rungs.rbegin(), result.rungs.rend(),
                                  [](const rung_result& rung) { return !saturations_of(rung).empty(); });
  if (found == result.rungs.rend()) return text;
  std::string kinds;
  for (const auto& [kind, count] : saturations_of(*found))
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", kind, count);
  return text + fmt::format("saturated in {}: {}\n", found->rung, kinds);
}

}  // namespace scansim
