#include "host/run/rung_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "traces/input_error.h"

namespace scansim {
namespace {

bool needs_missing_units(const rung& one, const call_facts& facts, const design_point& point) {
  return facts.needs_units && !point.has_units() && one.source == rung_source::machine &&
         !is_untimed_arithmetic(one);
}

// "ref, gpu or hls"
std::string either(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

template <class Predicate>
std::string names_where(std::span<const rung> ladder, const Predicate& fits) {
  std::vector<std::string> names;
  for (const rung& one : ladder)
    if (fits(one)) names.push_back(one.name);
  return either(names);
}

void check_units(const std::vector<const rung*>& rungs, const call_facts& facts, const design_point& point,
                 std::span<const rung> ladder) {
  for (const rung* one : rungs) {
    if (!needs_missing_units(*one, facts, point)) continue;
    const std::string others =
        names_where(ladder, [&](const rung& other) { return !needs_missing_units(other, facts, point); });
    throw input_error("command line", "--rungs",
                      others + " (design point " + point.name + " has no units for " + facts.operator_name +
                          ": its gemm_depth is 0; block and block-tiny have them)",
                      std::string("'") + one->name + "'");
  }
}

void check_off_machines(const std::vector<const rung*>& rungs, const call_facts& facts,
                        std::span<const rung> ladder) {
  for (const rung* one : rungs)
    if (one->source == rung_source::machine)
      throw input_error(
          "command line", "--rungs",
          names_where(ladder, [](const rung& other) { return other.source != rung_source::machine; }) +
              " (no machine has a unit for " + facts.operator_name + ")",
          std::string("'") + one->name + "'");
}

void check_options(const run_request& request, const std::vector<const rung*>& rungs, const call_facts& facts,
                   std::span<const rung> ladder) {
  const std::string found = fmt::format("{}", fmt::join(names_of(rungs), ","));
  if (!request.wave_path.empty() && !rungs.back()->waves)
    throw input_error("command line", "--wave",
                      names_where(ladder, [](const rung& one) { return one.waves; }) +
                          " among the rungs (the others have no waves)",
                      found);
  const auto kept = [](const rung& one) { return one.activity; };
  if (!request.timeline_path.empty() &&
      std::none_of(rungs.begin(), rungs.end(), [&](const rung* one) { return kept(*one); }))
    throw input_error("command line", "--timeline",
                      names_where(ladder, kept) + " among the rungs (the others do not go cycle by cycle)",
                      found);
  const auto counted = [](const rung& one) { return one.switching; };
  if (request.switching &&
      std::none_of(rungs.begin(), rungs.end(), [&](const rung* one) { return counted(*one); }))
    throw input_error(
        "command line", "--switching",
        names_where(ladder, counted) + " among the rungs (the others have no operands to count)", found);
  const auto timed = [](const rung& one) { return one.time != rung_time::none; };
  const bool any_timed =
      std::any_of(rungs.begin(), rungs.end(), [&](const rung* one) { return timed(*one); });
  if (request.stall_tables && facts.needs_units && !any_timed)
    throw input_error(
        "command line", "--csv",
        names_where(ladder, timed) + " among the rungs (the others have no stalls and no energy)", found);
  if (request.program != compile_options{} && !facts.fusable)
    throw input_error("command line", request.program.fused ? "--z-first" : "--unfused",
                      "a trace of operator mamba_block", facts.operator_name);
}

}  // namespace

bool is_untimed_arithmetic(const rung& one) {
  return one.source == rung_source::machine && one.outputs == rung_outputs::integer &&
         one.time == rung_time::none;
}

std::vector<std::string> names_of(std::span<const rung* const> rungs) {
  std::vector<std::string> names;
  for (const rung* one : rungs) names.push_back(one->name);
  return names;
}

void check_rung_names(const run_request& request, std::span<const rung> ladder) {
  for (const std::string& name : request.rungs)
    if (find_rung(name, ladder) == nullptr)
      throw input_error("command line", "--rungs", "some of " + names_of_rungs(ladder, any_rung),
                        "'" + name + "'");
}

std::vector<const rung*> chosen_rungs(const run_request& request, const design_point& point,
                                      const call_facts& facts, std::span<const rung> ladder) {
  const bool given = !request.rungs.empty();
  std::vector<const rung*> rungs;
  for (const rung& one : ladder) {
    const bool asked = std::find(request.rungs.begin(), request.rungs.end(), one.name) != request.rungs.end();
    const bool usual = !has_no_outputs(one) && (facts.on_machines || one.source != rung_source::machine) &&
                       !needs_missing_units(one, facts, point) &&
                       (facts.has_kernel || one.source != rung_source::gpu);
    if (given ? asked : usual) rungs.push_back(&one);
  }
  if (!facts.on_machines) check_off_machines(rungs, facts, ladder);
  check_units(rungs, facts, point, ladder);
  check_options(request, rungs, facts, ladder);
  return rungs;
}

}  // namespace scansim
