#include "host/sweep/point_collector.h"

#include <cmath>

#include "host/sweep/point_row.h"
#include "sim/rungs/device_memory.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr size_t id_digits = 12, key_digits = 20;

std::string digest(const nlohmann::json& object, size_t digits) {
  const std::string text = object.dump();
  return sha256_hex(text.data(), text.size()).substr(0, digits);
}

}  // namespace

nlohmann::json json_of(const sweep_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const double number = std::get<double>(value);
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<int64_t>(number);
  return number;
}

point_collector::point_collector(const sweep_spec& spec, const std::string& model)
    : spec_(spec), model_(model), space_(spec), base_(to_json(spec.base_point)) {}

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
  nlohmann::json object = base_;
  for (const auto& [name, value] : one) object[name] = json_of(value);
  sweep_point point;
  point.parameters = one;
  try {
    point.design = design_point_from_json(object, spec_.file);
  } catch (const input_error& refusal) {
    rule = std::string(refusal.what()).substr(spec_.file.size() + 2);
    return std::nullopt;
  }
  rule = memory_refusal(point.design);
  if (!rule.empty()) return std::nullopt;
  identify(point);
  return point;
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

void point_collector::identify(sweep_point& point) const {
  nlohmann::json object = to_json(point.design);
  object.erase("name");
  point.id = digest(object, id_digits);
  object.erase("technology");  // costs are applied to counters when they are read
  for (const sweep_workload& workload : spec_.workloads)
    point.keys.push_back(digest({{"model", model_},
                                 {"rung", sweep_rung},
                                 {"design_point", object},
                                 {"memory_seed", spec_.memory_seed},
                                 {"workload", workload.identity}},
                                key_digits));
}

}  // namespace scansim
