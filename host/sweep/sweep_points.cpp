#include "host/sweep/sweep_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "sim/rungs/device_memory.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr uint64_t most_assignments = 5'000'000;
constexpr size_t id_digits = 12, key_digits = 20;

using assignment = std::vector<std::pair<std::string, sweep_value>>;

std::string digest(const nlohmann::json& object, size_t digits) {
  const std::string text = object.dump();
  return sha256_hex(text.data(), text.size()).substr(0, digits);
}

nlohmann::json json_of(const sweep_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const double number = std::get<double>(value);
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<int64_t>(number);
  return number;
}

class space_walk {
 public:
  space_walk(const sweep_spec& spec, const std::string& model)
      : spec_(spec), model_(model), base_(to_json(spec.base_point)) {}

  sweep_plan plan() {
    if (spec_.method == sample_method::list) {
      for (const auto& row : spec_.listed) take_row(row);
    } else {
      enumerate(0, {});
      if (spec_.method == sample_method::random) draw();
    }
    return std::move(plan_);
  }

 private:
  sweep_value current(const assignment& so_far, const std::string& name) const {
    for (const auto& [known, value] : so_far)
      if (known == name) return value;
    if (!is_point_field(base_, name))
      throw input_error(spec_.file, "space." + name, "a value wherever another rule reads it",
                        "none: its `when` does not hold");
    return field_value(base_, name);
  }
  name_lookup lookup(const assignment& so_far) const {
    return [this, &so_far](const std::string& name) { return current(so_far, name); };
  }

  // The values that a parameter can have behind these; none: it keeps the base's.
  std::vector<sweep_value> choices(const sweep_parameter& parameter, const assignment& so_far) const {
    if (parameter.when && !parameter.when->holds(lookup(so_far))) return {};
    if (parameter.derived) return {parameter.derived->value(lookup(so_far))};
    if (parameter.with.empty()) return parameter.values;
    const std::string from = text_of(current(so_far, parameter.with));
    for (const auto& [key, value] : parameter.mapped)
      if (key == from) return {value};
    throw input_error(spec_.file, "space." + parameter.name + ".map",
                      "a value for every value of " + parameter.with, "none for " + from);
  }

  void enumerate(size_t at, const assignment& so_far) {
    if (at == spec_.space.size()) return leave(so_far);
    const std::vector<sweep_value> values = choices(spec_.space[at], so_far);
    if (values.empty()) return enumerate(at + 1, so_far);
    for (const sweep_value& value : values) {
      assignment longer = so_far;
      longer.emplace_back(spec_.space[at].name, value);
      enumerate(at + 1, longer);
    }
  }

  // A grid takes it at once; what is drawn from has to be there first.
  void leave(const assignment& one) {
    if (++enumerated_ > most_assignments)
      throw input_error(spec_.file, "space", fmt::format("at most {} assignments", most_assignments), "more");
    if (spec_.method == sample_method::grid)
      add(one);
    else
      assignments_.push_back(one);
  }

  // As many points as asked for, from the front of a shuffle: every set is as likely as any other, and the
  // same seed draws the same.
  void draw() {
    std::mt19937_64 random(spec_.sample_seed);
    const uint64_t all = assignments_.size();
    for (uint64_t i = 0; i < all && plan_.points.size() < spec_.sample_points; ++i) {
      std::swap(assignments_[i], assignments_[i + random() % (all - i)]);
      add(assignments_[i]);
    }
  }

  // Sampled parameters from the row (else the first value), derived ones computed.
  void take_row(const assignment& row) {
    assignment one;
    for (const sweep_parameter& parameter : spec_.space) {
      const std::vector<sweep_value> values = choices(parameter, one);
      if (values.empty()) continue;
      const auto given = std::find_if(row.begin(), row.end(),
                                      [&](const auto& cell) { return cell.first == parameter.name; });
      one.emplace_back(parameter.name, given == row.end() ? values.front() : given->second);
    }
    add(one);
  }

  void add(const assignment& one) {
    ++plan_.assignments;
    for (const expression& rule : spec_.constraints)
      if (!rule.holds(lookup(one))) {
        ++plan_.refused[rule.text()];
        return;
      }
    nlohmann::json object = base_;
    for (const auto& [name, value] : one) object[name] = json_of(value);
    sweep_point point;
    point.parameters = one;
    try {
      point.design = design_point_from_json(object, spec_.file);
    } catch (const input_error& refusal) {
      const std::string text = refusal.what();
      ++plan_.refused[text.substr(spec_.file.size() + 2)];
      return;
    }
    if (const std::string& why = memory_refusal(point.design); !why.empty()) {
      ++plan_.refused[why];
      return;
    }
    identify(point);
    if (!seen_.insert(point.id).second) {
      ++plan_.duplicates;
      return;
    }
    plan_.points.push_back(std::move(point));
  }

  // Why the memory model does not take the point's settings; empty: it does. Asked once for each set of them.
  const std::string& memory_refusal(const design_point& design) {
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

  void identify(sweep_point& point) const {
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

  const sweep_spec& spec_;
  const std::string model_;
  const nlohmann::json base_;
  std::vector<assignment> assignments_;  // to draw from
  uint64_t enumerated_ = 0;
  std::set<std::string> seen_;
  std::map<std::pair<std::string, memory_settings>, std::string> memories_;
  sweep_plan plan_;
};

}  // namespace

sweep_plan plan_sweep(const sweep_spec& spec, const std::string& model) {
  return space_walk(spec, model).plan();
}

}  // namespace scansim
