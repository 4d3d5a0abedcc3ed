#include "host/run/difference.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {
namespace {

std::optional<std::string> differing_values(const operator_case& call, const named_integers& above,
                                            const named_integers& below, const std::string& above_rung,
                                            const std::string& below_rung) {
  const std::vector<int32_t>&want = above.values, &got = below.values;
  if (want.size() != got.size())
    return fmt::format("{}: {} {} values, {} {}", above.name, below_rung, got.size(), above_rung,
                       want.size());
  size_t count = 0;
  for (size_t i = 0; i < want.size(); ++i) count += want[i] != got[i];
  if (count == 0) return std::nullopt;
  const std::vector<int64_t> order = call.comparison_order(above.name);
  size_t first = 0;
  const auto at = [&](size_t i) { return order.empty() ? i : static_cast<size_t>(order[i]); };
  while (want[at(first)] == got[at(first)]) ++first;
  first = at(first);
  return fmt::format("{}: {} elements differ, first at {}: {} {}, {} {}", above.name, count,
                     call.place(above.name, static_cast<int64_t>(first)), below_rung, got[first], above_rung,
                     want[first]);
}

}  // namespace

std::optional<std::string> output_difference(const operator_case& call, const named_outputs& above,
                                             const named_outputs& below) {
  for (const named_integers& want : above.outputs) {
    const auto got = std::find_if(below.outputs.begin(), below.outputs.end(),
                                  [&](const named_integers& one) { return one.name == want.name; });
    if (got == below.outputs.end()) return fmt::format("{}: missing on {}", want.name, below.rung);
    if (auto text = differing_values(call, want, *got, above.rung, below.rung)) return text;
  }
  return std::nullopt;
}

std::optional<std::string> counter_difference(counter_classes classes, const std::string& above_rung,
                                              const counter_values& above, const std::string& below_rung,
                                              const counter_values& below) {
  for (size_t i = 0; i < num_counters; ++i) {
    const counter_name& name = counter_names[i];
    if ((class_of(name) & classes) == counts_nothing || above[i] == below[i]) continue;
    return fmt::format("first counter that differs: {}.{}: {} {}, {} {}", name.block, name.event, below_rung,
                       below[i], above_rung, above[i]);
  }
  return std::nullopt;
}

std::optional<std::string> switching_difference(const std::string& above_rung,
                                                std::span<const switching_count> above,
                                                const std::string& below_rung,
                                                std::span<const switching_count> below) {
  for (size_t i = 0; i < std::min(above.size(), below.size()); ++i)
    if (above[i].count != below[i].count)
      return fmt::format("first switching count that differs: {}.{}: {} {}, {} {}", below[i].block,
                         below[i].event, below_rung, below[i].count, above_rung, above[i].count);
  return std::nullopt;
}

std::string equality_text(const comparison& how) {
  std::vector<std::string> parts;
  if (how.bits) parts.push_back("bit");
  if (how.cycles) parts.push_back("cycle");
  if (how.counters != counts_nothing) parts.push_back(how.counters == counts_all ? "counter" : "event");
  std::string text = "every ";
  for (size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text + " equal";
}

}  // namespace scansim
