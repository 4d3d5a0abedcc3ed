// What `scansim energy measure` prints and writes.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/energy/energy_measure.h"
#include "host/report/text_table.h"

namespace scansim {
namespace {

using nlohmann::json;

struct part_row {
  const char* name;
  double energy_parts::*value;
};
constexpr part_row part_rows[] = {{"combinational", &energy_parts::combinational},
                                  {"registers", &energy_parts::registers},
                                  {"inputs", &energy_parts::inputs},
                                  {"clock", &energy_parts::clock},
                                  {"leakage", &energy_parts::leakage}};

std::string pj(double value) { return fmt::format("{:.4g}", value); }

json parts_json(const energy_parts& parts) {
  json object = {{"sum", parts.sum()}};
  for (const part_row& row : part_rows) object[row.name] = parts.*row.value;
  return object;
}

}  // namespace

double estimate_error_percent(const energy_measurement& found) {
  return 100 * (found.estimated->nominal_pj / found.scaled.nominal_pj - 1);
}

std::string energy_text(const energy_measurement& found) {
  std::string text =
      fmt::format("{} ({}) of {} in {}, per {}\ndata: {}{}; {} operations in {} cycles\n{}{}\n\n", found.unit,
                  found.module, found.point.name, found.library, found.operation, kind_name(found.kind),
                  found.trace_path.empty() ? "" : " of " + found.trace_path, found.operations, found.cycles,
                  found.tool, found.kept ? ", netlist kept from an earlier run" : "");
  text_table parts({"<part", "pJ", "without glitches"});
  for (const part_row& row : part_rows)
    parts.add_row({row.name, pj(found.all.*row.value), pj(found.settled.*row.value)});
  parts.add_rule();
  parts.add_row({"total", pj(found.all.sum()), pj(found.settled.sum())});
  text += parts.text();
  text += fmt::format(
      "\ntransitions a cycle: {:.1f}, {:.1f} without glitches; level: circuit, 180 nm 1.8 V 25 C, without "
      "wires\n"
      "{} cells, {} registers, {:.0f} um2, {:.2f} kGE, leakage {:.1f} nW\n"
      "longest path {:.4f} ns, {:.1f} FO4 of {:.4f} ns; last change {:.4f} ns behind the clock\n  {} -> {}\n",
      found.transitions_per_cycle, found.settled_per_cycle, found.cells, found.registers, found.area,
      found.kge, found.leakage_nw, found.period, found.period / found.fo4, found.fo4, found.last_change,
      found.path.empty() ? "" : found.path.front(), found.path.empty() ? "" : found.path.back());
  text += fmt::format("in {}, scaled: {:.3g}/{:.3g}/{:.3g} pJ (low/nominal/high)\n", found.scale.energy.node,
                      found.scaled.low_pj, found.scaled.nominal_pj, found.scaled.high_pj);
  if (found.estimated)
    text += fmt::format("the report's recipes: {:.3g}/{:.3g}/{:.3g} pJ, nominal {:+.0f} % off the gates'\n",
                        found.estimated->low_pj, found.estimated->nominal_pj, found.estimated->high_pj,
                        estimate_error_percent(found));
  text += found.first_difference.empty()
              ? fmt::format("gates agree with hls in {} outputs\n", found.compared)
              : fmt::format("gates disagree with hls: {}\n", found.first_difference);
  if (found.sta)
    text +=
        fmt::format("arrivals {} with OpenSTA's: {} ends, largest difference {:.2g}{}\n",
                    found.sta->largest <= most_arrival_difference ? "agree" : "disagree", found.sta->compared,
                    found.sta->largest, found.sta->where.empty() ? "" : " at " + found.sta->where);
  return text;
}

json to_json(const energy_measurement& found) {
  return {
      {"unit", found.unit},
      {"operation", found.operation},
      {"module", found.module},
      {"design_point", to_json(found.point)},
      {"trace", {{"path", found.trace_path}, {"sha256", found.trace_sha256}}},
      {"data", kind_name(found.kind)},
      {"level", "circuit"},
      {"node", "180 nm, 1.8 V, 25 C, " + found.library},
      {"tool", found.tool},
      {"operations", found.operations},
      {"cycles", found.cycles},
      {"pj_per_operation", {{"all", parts_json(found.all)}, {"without_glitches", parts_json(found.settled)}}},
      {"scaled",
       {{"technology", found.scale.name},
        {"node", found.scale.energy.node},
        {"low_pj", found.scaled.low_pj},
        {"nominal_pj", found.scaled.nominal_pj},
        {"high_pj", found.scaled.high_pj},
        {"level", level_name(found.scale.energy.level)},
        {"source", found.scale.energy.source}}},
      {"recipes_pj", found.estimated ? json({{"low", found.estimated->low_pj},
                                             {"nominal", found.estimated->nominal_pj},
                                             {"high", found.estimated->high_pj},
                                             {"error_percent", estimate_error_percent(found)}})
                                     : json(nullptr)},
      {"transitions_per_cycle", {{"all", found.transitions_per_cycle}, {"settled", found.settled_per_cycle}}},
      {"cells", found.cells},
      {"registers", found.registers},
      {"area_um2", found.area},
      {"kge", found.kge},
      {"leakage_nw", found.leakage_nw},
      {"longest_path_ns", found.period},
      {"longest_path_fo4", found.period / found.fo4},
      {"fo4_ns", found.fo4},
      {"last_change_ns", found.last_change},
      {"path", found.path},
      {"compared", found.compared},
      {"agree", found.first_difference.empty()},
      {"first_difference", found.first_difference.empty() ? json(nullptr) : json(found.first_difference)}};
}

}  // namespace scansim
