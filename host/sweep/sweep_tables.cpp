#include "host/sweep/sweep_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "host/report/text_table.h"
#include "host/run/run_request.h"
#include "host/sweep/hypervolume.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/network_workload.h"
#include "host/sweep/operator_workload.h"
#include "models/configs/published_clock.h"

namespace scansim {
namespace {

// Parameters that differ between points: the others are the same in every row.
std::vector<std::string> varied(const std::vector<judged_point>& points) {
  std::map<std::string, std::string> first;
  std::vector<std::string> names, changing;
  for (const judged_point& one : points)
    for (const auto& [name, value] : one.point->parameters) {
      const auto [known, fresh] = first.try_emplace(name, text_of(value));
      if (fresh) names.push_back(name);
      if (known->second != text_of(value) &&
          std::find(changing.begin(), changing.end(), name) == changing.end())
        changing.push_back(name);
    }
  std::erase_if(names, [&](const std::string& name) {
    return std::find(changing.begin(), changing.end(), name) == changing.end();
  });
  return names;
}

std::string parameter_of(const sweep_point& point, const std::string& name) {
  for (const auto& [known, value] : point.parameters)
    if (known == name) return text_of(value);
  return "-";
}

std::string shown(const std::string& result, double value) {
  if (result == "utilisation") return fmt::format("{:.2f} %", 100 * value);
  if (result == "traffic_ratio") return fmt::format("{:.4f}", value);
  if (result == "time_s") return with_si_prefix(value, "s");
  if (result == "energy_j") return with_si_prefix(value, "J");
  if (result == "power_w") return with_si_prefix(value, "W");
  if (result == "edp") return with_si_prefix(value, "Js");
  if (result == "cycles") return fmt::format("{:.0f}", value);
  if (is_area_result(result)) return fmt::format("{:.0f}", value);
  if (is_accuracy_result(result)) return fmt::format("{:.3g}", value);
  return with_si_prefix(value, result == "traffic_bytes" ? "B" : "");
}

std::vector<std::string> shown_results(const sweep_spec& spec) {
  std::vector<std::string> names;
  for (const sweep_objective& one : spec.objectives) names.push_back(one.result);
  for (const char* name : {"cycles", "utilisation", "power_w"})
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  return names;
}

std::string partial(const sweep_outcome& outcome) {
  if (outcome.complete()) return "";
  return fmt::format("PARTIAL {} of {}\n", outcome.done(), outcome.planned);
}

size_t distinct_values(const sweep_plan& plan) {
  std::set<std::string> keys;
  for (const sweep_point& point : plan.points) keys.insert(point.value_keys.begin(), point.value_keys.end());
  keys.erase("");
  return keys.size();
}

std::string counted_rules(const std::map<std::string, uint64_t>& rules) {
  std::string text;
  for (const auto& [rule, count] : rules) text += fmt::format("  {:>9}  {}\n", count, rule);
  return text;
}

// The share of the box between the best and the worst value of each objective that the front dominates.
double front_volume(const sweep_spec& spec, const sweep_outcome& outcome) {
  std::vector<std::vector<double>> front(outcome.points.size());
  for (const sweep_objective& one : spec.objectives) {
    double best = std::numeric_limits<double>::infinity(), worst = -best;
    const auto value = [&](const judged_point& at) {
      return (one.maximise ? -1 : 1) * at.results.at(one.result);
    };
    for (const judged_point& at : outcome.points)
      best = std::min(best, value(at)), worst = std::max(worst, value(at));
    const double width = worst > best ? worst - best : 1;
    for (size_t i = 0; i < front.size(); ++i) front[i].push_back((value(outcome.points[i]) - best) / width);
  }
  for (size_t i = front.size(); i-- > 0;)
    if (!outcome.points[i].on_front) front.erase(front.begin() + static_cast<std::ptrdiff_t>(i));
  return hypervolume(front, std::vector<double>(spec.objectives.size(), 1));
}

// Nothing where no area is looked at.
std::string area_note(const sweep_spec& spec) {
  const auto asked = [](const sweep_objective& one) { return is_area_result(one.result); };
  const auto limited = [](const expression& rule) {
    return std::any_of(rule.names().begin(), rule.names().end(), is_area_result);
  };
  const bool shown = std::any_of(spec.objectives.begin(), spec.objectives.end(), asked) || spec.part ||
                     std::any_of(spec.result_constraints.begin(), spec.result_constraints.end(), limited);
  if (!shown) return "";
  const area_model::fit_errors errors = spec.area->left_out_errors();
  std::string text = fmt::format(
      "area: modelled from {} synthesised points (each left out: LUT off by {:.1f} % median, {:.1f} % at "
      "most); "
      "not placed\n",
      spec.area->points().size(), 100 * errors.lut.median, 100 * errors.lut.largest);
  if (spec.part) text += fmt::format("every point fits {} ({})\n", spec.part->name, spec.part->source);
  return text;
}

}  // namespace

std::string plan_text(const sweep_spec& spec, const sweep_plan& plan) {
  std::string text = fmt::format("{}: {} assignments of {} parameters, {} points, {} rows to run\n",
                                 spec.file, plan.assignments, spec.space.size(), plan.points.size(),
                                 plan.points.size() * spec.workloads.size());
  for (const sweep_workload& one : spec.workloads)
    text += fmt::format("workload {} weight {}\n", one.name, one.weight);
  if (spec.values) {
    const size_t values = distinct_values(plan);
    text += fmt::format("values: {} rows on {}, since they depend on the number formats alone\n", values,
                        value_rung());
  }
  if (spec.method == sample_method::nsga2)
    text += fmt::format("generation {} of {}{}\n", plan.generations, spec.generations,
                        plan.open ? ", more follow when these have rows" : "");
  if (plan.duplicates > 0)
    text += fmt::format("{} assignments resolve to a point that is there\n", plan.duplicates);
  if (!plan.refused.empty()) text += "refused, by rule:\n" + counted_rules(plan.refused);
  return text;
}

std::string status_text(const sweep_outcome& outcome) {
  uint64_t failed = 0;
  for (const auto& [message, count] : outcome.failed) failed += count;
  std::string text = fmt::format("{} points: {} done, {} missing, {} failed\n", outcome.planned,
                                 outcome.done(), outcome.missing, failed);
  if (!outcome.refused.empty())
    text += "refused by a constraint on results:\n" + counted_rules(outcome.refused);
  if (failed > 0) text += "failed, by message:\n" + counted_rules(outcome.failed);
  if (outcome.dropped_lines > 0)
    text += fmt::format("{} lines of the shards were cut off or damaged and count as missing\n",
                        outcome.dropped_lines);
  return text;
}

std::string duration_text(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store) {
  uint64_t wanted = 0;
  const std::vector<row_task> left = missing_rows(spec, plan, store, wanted);
  const auto of_values = static_cast<size_t>(
      std::count_if(left.begin(), left.end(), [](const row_task& one) { return one.values; }));
  std::string text = fmt::format("{} of {} rows left\n", left.size(), wanted);
  const auto add = [&](const std::string& rung, const auto& rows, size_t missing) {
    if (rows.empty()) return;
    double cpu_s = 0;
    for (const auto& [key, row] : rows) cpu_s += row.cpu_s;
    const double mean = cpu_s / static_cast<double>(rows.size());
    text += fmt::format("{}: a row took {} on average, the {} left take about {} of one core\n", rung,
                        with_si_prefix(mean, "s"), missing,
                        with_si_prefix(mean * static_cast<double>(missing), "s"));
  };
  add(sweep_rung, store.rows, left.size() - of_values);
  add(value_rung(), store.values, of_values);
  return text;
}

std::string progress_text(const sweep_spec& spec, const sweep_plan& plan, const stored_rows& store,
                          const sweep_outcome& outcome) {
  const std::string text = duration_text(spec, plan, store);
  const auto front = std::count_if(outcome.points.begin(), outcome.points.end(),
                                   [](const judged_point& one) { return one.on_front; });
  return text + fmt::format("{}front: {} points, hypervolume {:.4f} of the box around all of them\n",
                            partial(outcome), front, front_volume(spec, outcome));
}

std::string front_text(const sweep_spec& spec, const sweep_outcome& outcome) {
  const std::vector<std::string> names = varied(outcome.points), results = shown_results(spec);
  std::vector<std::string> headings = {"<point"};
  for (const std::string& name : names) headings.push_back(name);
  for (const std::string& name : results) headings.push_back(name);
  headings.emplace_back("<robust");
  text_table table(headings);
  size_t count = 0, robust = 0;
  double highest_mhz = 0;
  for (const judged_point& one : outcome.points) {
    if (!one.on_front) continue;
    ++count, robust += one.robust;
    highest_mhz = std::max(highest_mhz, one.point->design.clock_mhz);
    std::vector<std::string> cells = {one.point->id};
    for (const std::string& name : names) cells.push_back(parameter_of(*one.point, name));
    for (const std::string& name : results) cells.push_back(shown(name, one.results.at(name)));
    cells.emplace_back(one.robust ? "yes" : "-");
    table.add_row(cells);
  }
  std::string objectives;
  for (const sweep_objective& one : spec.objectives)
    objectives +=
        fmt::format("{}{} {}", objectives.empty() ? "" : ", ", one.maximise ? "max" : "min", one.result);
  const std::string clock = clock_remark(highest_mhz);
  return fmt::format("{}front of {} points ({}): {}, robust {}\n{}{}\n{}\n{}{}", partial(outcome),
                     outcome.points.size(), objectives, count, robust, table.text(), robust_note, energy_note,
                     clock.empty() ? "" : clock + "\n", area_note(spec));
}

// The order of the plan, every digit: the same bytes whoever ran it.
std::string front_csv(const sweep_spec& spec, const sweep_outcome& outcome) {
  std::string text = outcome.complete() ? "" : "# " + partial(outcome);
  text += "point";
  for (const sweep_parameter& one : spec.space) text += "," + one.name;
  if (outcome.points.empty()) return text + "\n";
  for (const auto& [name, value] : outcome.points.front().results) text += "," + name;
  text += ",robust\n";
  for (const judged_point& one : outcome.points) {
    if (!one.on_front) continue;
    text += one.point->id;
    for (const sweep_parameter& parameter : spec.space)
      text += "," + parameter_of(*one.point, parameter.name);
    for (const auto& [name, value] : one.results) text += fmt::format(",{}", value);
    text += one.robust ? ",1\n" : ",0\n";
  }
  return text;
}

std::string point_text(const sweep_spec& spec, const judged_point& point) {
  std::string text = fmt::format("point {}{}\n", point.point->id,
                                 point.robust     ? ", on the front at every end of the costs"
                                 : point.on_front ? ", on the front at nominal costs"
                                                  : "");
  for (const auto& [name, value] : point.point->parameters)
    text += fmt::format("  {} {}\n", name, text_of(value));
  for (const auto& [name, value] : point.results) text += fmt::format("{} {}\n", name, shown(name, value));
  for (size_t i = 0; i < spec.workloads.size(); ++i)
    text += fmt::format("row {}  {}\n", point.point->keys[i], spec.workloads[i].name);
  for (size_t i = 0; i < point.point->value_keys.size(); ++i)
    if (!point.point->value_keys[i].empty())
      text += fmt::format("values {}  {}\n", point.point->value_keys[i], spec.workloads[i].name);
  return text;
}

std::string settings_text(const sweep_point& point) {
  std::string text;
  for (const auto& [name, value] : point.parameters)
    if (call_setting_of(name).empty()) text += " --set " + shell_word(name + "=" + text_of(value));
  return text;
}

std::string reproduce_text(const sweep_spec& spec, const std::string& settings,
                           const sweep_workload& workload) {
  if (workload.network)
    return network_command(*workload.network) + " --config " + shell_word(spec.base) + settings +
           fmt::format(" --seed {}\n", spec.memory_seed);
  std::string text, trace = workload.trace, program;
  if (workload.call) {
    trace = "point.safetensors";
    text = fmt::format("scansim trace generate {} --out {}\n", generate_arguments(*workload.call), trace);
    program = program_flags(workload.call->program_options());
  } else if (trace.empty()) {
    trace = "point.safetensors";
    const scan_shape& s = workload.form.shape;
    text = fmt::format(
        "scansim trace generate --channels {} --states {} --groups {} --length {} --batch {}{}{}{} --seed 1 "
        "--out {}\n",
        s.channels, s.states, s.groups, s.length, s.batch, workload.form.options.decode ? " --decode" : "",
        workload.form.options.reverse ? " --reverse" : "", workload.form.has_h0 ? " --h0" : "", trace);
  }
  text += fmt::format("scansim compare {} --config {}", shell_word(trace), shell_word(spec.base));
  return text + settings + program + fmt::format(" --seed {} --rungs systemc,fast\n", spec.memory_seed);
}

}  // namespace scansim
