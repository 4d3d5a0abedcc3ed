#include "host/sweep/space_assignments.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr uint64_t most_assignments = 5'000'000;

}  // namespace

space_assignments::space_assignments(const sweep_spec& spec) : spec_(spec), base_(to_json(spec.base_point)) {}

void space_assignments::for_each(const std::function<void(const assignment&)>& take) const {
  uint64_t count = 0;
  enumerate(0, {}, count, take);
}

assignment space_assignments::picked(const picker& pick) const {
  assignment one;
  for (size_t i = 0; i < spec_.space.size(); ++i) {
    const std::vector<sweep_value> values = choices(spec_.space[i], one);
    if (values.empty()) continue;
    one.emplace_back(spec_.space[i].name, values.size() == 1 ? values[0] : values[pick(i, values.size())]);
  }
  return one;
}

assignment space_assignments::of_row(const assignment& row) const {
  assignment one;
  for (const sweep_parameter& parameter : spec_.space) {
    const std::vector<sweep_value> values = choices(parameter, one);
    if (values.empty()) continue;
    const bool sampled = !parameter.values.empty();
    const auto given =
        std::find_if(row.begin(), row.end(), [&](const auto& cell) { return cell.first == parameter.name; });
    one.emplace_back(parameter.name, sampled && given != row.end() ? given->second : values.front());
  }
  return one;
}

const expression* space_assignments::broken_rule(const assignment& one) const {
  for (const expression& rule : spec_.constraints)
    if (!rule.holds(lookup(one))) return &rule;
  return nullptr;
}

sweep_value space_assignments::current(const assignment& so_far, const std::string& name) const {
  for (const auto& [known, value] : so_far)
    if (known == name) return value;
  if (!is_point_field(base_, name))
    throw input_error(spec_.file, "space." + name, "a value wherever another rule reads it",
                      "none: its `when` does not hold");
  return field_value(base_, name);
}

name_lookup space_assignments::lookup(const assignment& so_far) const {
  return [this, &so_far](const std::string& name) { return current(so_far, name); };
}

// The values that a parameter can have behind these; none: it keeps the base's.
std::vector<sweep_value> space_assignments::choices(const sweep_parameter& parameter,
                                                    const assignment& so_far) const {
  if (parameter.when && !parameter.when->holds(lookup(so_far))) return {};
  if (parameter.derived) return {parameter.derived->value(lookup(so_far))};
  if (parameter.with.empty()) return parameter.values;
  const std::string from = text_of(current(so_far, parameter.with));
  for (const auto& [key, value] : parameter.mapped)
    if (key == from) return {value};
  throw input_error(spec_.file, "space." + parameter.name + ".map",
                    "a value for every value of " + parameter.with, "none for " + from);
}

void space_assignments::enumerate(size_t at, const assignment& so_far, uint64_t& count,
                                  const std::function<void(const assignment&)>& take) const {
  if (at == spec_.space.size()) {
    if (++count > most_assignments)
      throw input_error(spec_.file, "space", fmt::format("at most {} assignments", most_assignments), "more");
    return take(so_far);
  }
  const std::vector<sweep_value> values = choices(spec_.space[at], so_far);
  if (values.empty()) return enumerate(at + 1, so_far, count, take);
  for (const sweep_value& value : values) {
    assignment longer = so_far;
    longer.emplace_back(spec_.space[at].name, value);
    enumerate(at + 1, longer, count, take);
  }
}

}  // namespace scansim
