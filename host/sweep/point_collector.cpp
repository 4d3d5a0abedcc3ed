#include "host/sweep/point_collector.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string_view>
#include <unordered_map>

#include "host/operators/operator_list.h"
#include "host/sweep/operator_workload.h"
#include "host/sweep/point_row.h"
#include "host/sweep/value_row.h"
#include "sim/rungs/device_memory.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr size_t id_digits = 12, key_digits = 20;

std::string digest(const std::string& text, size_t digits) {
  return sha256_hex(text.data(), text.size()).substr(0, digits);
}

using parameter_field = int machine_parameters::*;

parameter_field field_named(const std::string& name) {
  static const std::unordered_map<std::string_view, parameter_field> fields = [] {
    std::unordered_map<std::string_view, parameter_field> all;
    for (const parameter_row& row : map::parameters) all.emplace(row.key, row.member);
    return all;
  }();
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : found->second;
}

bool set_plainly(design_point& design, const std::string& name, const sweep_value& value) {
  const auto* number = std::get_if<double>(&value);
  if (const parameter_field field = field_named(name)) {
    if (!number || *number != std::floor(*number) || std::abs(*number) > 1e9) return false;
    design.*field = static_cast<int>(*number);
    return true;
  }
  if (!call_setting_of(name).empty()) return true;
  if (name == "memory" && !number) {
    design.memory = std::get<std::string>(value);
    return true;
  }
  if (name == "technology" && !number) {
    design.technology = std::get<std::string>(value);
    return true;
  }
  if (const std::string setting = memory_setting_of(name); !setting.empty()) {
    design.memory_settings[setting] = number ? json_of(value).dump() : std::get<std::string>(value);
    return true;
  }
  return false;
}

// Everything that cycles and counters of a design point depend on.
std::string text_of_times(const design_point& design) {
  std::string text = fmt::format("{} {} {} ", design.clock_mhz, design.memory, design.region_skew_pages);
  for (const parameter_row& field : map::parameters) {
    const fmt::format_int number(design.*field.member);
    text.append(number.data(), number.size()).push_back(' ');
  }
  for (const auto& [name, setting] : design.memory_settings)
    fmt::format_to(std::back_inserter(text), "{}={} ", name, setting);
  return text;
}

}  // namespace

nlohmann::json json_of(const sweep_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const double number = std::get<double>(value);
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<int64_t>(number);
  return number;
}

point_collector::point_collector(const sweep_spec& spec, const std::string& model)
    : spec_(spec), space_(spec), base_(to_json(spec.base_point)), model_(model) {
  for (const sweep_workload& workload : spec.workloads)
    workloads_.push_back(nlohmann::json({{"model", model},
                                         {"rung", sweep_rung},
                                         {"memory_seed", spec.memory_seed},
                                         {"workload", workload.identity}})
                             .dump());
}

std::pair<point_collector::outcome, std::string> point_collector::add(const assignment& one, bool dry) {
  std::string rule;
  std::optional<sweep_point> point = point_of(one, rule);
  if (!dry) ++plan.assignments;
  if (!point) {
    if (!dry) ++plan.refused[rule];
    return {outcome::refused, ""};
  }
  const std::string id = point->id;
  if (seen_.contains(id)) {
    if (!dry) ++plan.duplicates;
    return {outcome::known, id};
  }
  if (!dry) {
    seen_.insert(id);
    plan.points.push_back(std::move(*point));
  }
  return {outcome::fresh, id};
}

std::optional<sweep_point> point_collector::point_of(const assignment& one, std::string& rule) {
  if (const expression* broken = space_.broken_rule(one)) {
    rule = broken->text();
    return std::nullopt;
  }
  sweep_point point;
  point.parameters = one;
  if (const std::optional<input_error> refusal = refusal_of(one, point.design)) {
    rule = std::string(refusal->what()).substr(spec_.file.size() + 2);
    return std::nullopt;
  }
  rule = memory_refusal(point.design);
  if (rule.empty()) rule = part_refusal(point.design);
  if (!rule.empty()) return std::nullopt;
  identify(point);
  return point;
}

std::string point_collector::part_refusal(const design_point& design) const {
  if (!spec_.part) return "";
  const std::string beyond = missing_resource(spec_.area->of(design), *spec_.part);
  return beyond.empty() ? "" : fmt::format("fits {}: {} (modelled)", spec_.part->name, beyond);
}

// Why the memory model does not take the point's settings; empty: it does. Asked once for each set of them.
const std::string& point_collector::memory_refusal(const design_point& design) {
  static const std::string none;
  if (design.memory_settings.empty()) return none;
  const auto [at, first] = memories_.try_emplace({design.memory, design.memory_settings});
  if (!first) return at->second;
  try {
    make_memory(design, {.memory_model = design.memory, .wave_path = ""});
  } catch (const input_error& refusal) {
    at->second = refusal.what();
  }
  return at->second;
}

// Millions of assignments come by here: fields are set one by one, refusals are no exceptions, names are
// looked up once; what is no plain number of a field goes the way of a design point's file, which says what
// is wrong.
std::optional<input_error> point_collector::refusal_of(const assignment& one, design_point& design) {
  design = spec_.base_point;
  for (const auto& [name, value] : one)
    if (!set_plainly(design, name, value)) return refusal_as_file(one, design);
  if (std::optional<input_error> fault = machine_fault(design, spec_.file)) return fault;
  if (known_names_.contains({design.memory, design.technology})) return std::nullopt;
  try {
    check_names(design, spec_.file);
  } catch (const input_error& refusal) {
    return refusal;
  }
  known_names_.emplace(design.memory, design.technology);
  return std::nullopt;
}

std::optional<input_error> point_collector::refusal_as_file(const assignment& one,
                                                            design_point& design) const {
  nlohmann::json object = base_;
  for (const auto& [key, given] : one)
    if (call_setting_of(key).empty()) object[key] = json_of(given);
  try {
    design = design_point_from_json(object, spec_.file);
  } catch (const input_error& refusal) {
    return refusal;
  }
  return std::nullopt;
}

void point_collector::identify(sweep_point& point) const {
  // Costs are applied to counters when they are read: they are in the id and not in the keys.
  const std::string times = text_of_times(point.design);
  std::string calls;
  for (const auto& [name, value] : point.parameters)
    if (!call_setting_of(name).empty()) calls += fmt::format(" {}={}", name, text_of(value));
  point.id = digest(times + point.design.technology + calls, id_digits);
  for (size_t i = 0; i < workloads_.size(); ++i)
    point.keys.push_back(digest(times + row_text(i, point), key_digits));
  if (!spec_.values) return;
  for (const sweep_workload& workload : spec_.workloads)
    point.value_keys.push_back(workload.has_values() ? digest(value_text(workload, point), key_digits) : "");
}

// Of the design point, the number formats alone.
std::string point_collector::value_text(const sweep_workload& workload, const sweep_point& point) const {
  const nlohmann::json identity =
      workload.call ? identity_of(with_settings(*workload.call, point.parameters)) : workload.identity;
  const operator_row* row = find_operator(identity.at("operator").get_ref<const std::string&>());
  return nlohmann::json({{"model", model_},
                         {"rung", value_rung()},
                         {"workload", identity},
                         {"trace", workload.trace_sha256},
                         {"arithmetic", arithmetic_parameters(*row, point.design)}})
      .dump();
}

// Settings of a call belong to the workloads that take them.
std::string point_collector::row_text(size_t workload, const sweep_point& point) const {
  const std::shared_ptr<const operator_workload>& call = spec_.workloads[workload].call;
  if (!call) return workloads_[workload];
  return workloads_[workload] + identity_of(with_settings(*call, point.parameters)).dump();
}

}  // namespace scansim
