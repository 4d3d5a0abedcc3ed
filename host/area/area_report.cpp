#include "host/area/area_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/report/text_table.h"

namespace scansim {

namespace {

using nlohmann::json;

std::vector<std::string> row(const std::string& name, uint64_t instances, const cell_counts& cells) {
  std::vector<std::string> texts = {name, std::to_string(instances)};
  for (const uint64_t count : {cells.all_luts(), cells.lut, cells.lutram, cells.srl, cells.ff, cells.dsp,
                               cells.ramb36, cells.ramb18, cells.uram, cells.carry, cells.mux}) {
    texts.push_back(std::to_string(count));
  }
  return texts;
}

text_table table_of(const std::string& first) {
  return text_table({"<" + first, "inst", "LUT all", "logic", "memory", "shift", "FF", "DSP", "RAMB36",
                     "RAMB18", "URAM", "carry", "mux"});
}

double per_pe(const area_report& report, uint64_t count) {
  return static_cast<double>(count) / report.point.num_pe();
}

json cells_json(const cell_counts& cells) {
  return {{"lut_all", cells.all_luts()},
          {"lut_logic", cells.lut},
          {"lut_memory", cells.lutram},
          {"lut_shift", cells.srl},
          {"ff", cells.ff},
          {"latch", cells.latch},
          {"dsp", cells.dsp},
          {"ramb36", cells.ramb36},
          {"ramb18", cells.ramb18},
          {"uram", cells.uram},
          {"carry", cells.carry},
          {"mux", cells.mux},
          {"other", cells.other}};
}

}  // namespace

std::string area_text(const area_report& report) {
  std::string text =
      fmt::format("area of {}: {} lanes x {} states, synth_xilinx -family xcup, hierarchy kept\n{}\n\n",
                  report.point.name, report.point.num_lanes, report.point.states_per_lane, report.tool);
  text_table modules = table_of("module, one instance with its children");
  for (const module_area& module : report.modules)
    modules.add_row(row(module.module, module.instances, module.whole));
  text_table blocks = table_of("block, all instances");
  for (const block_area& block : report.blocks)
    blocks.add_row(row(block.block, block.instances, block.cells));
  blocks.add_rule();
  blocks.add_row(row("total", 1, report.total));
  blocks.add_row(row("compute only", 1, report.compute));
  text += modules.text() + "\n" + blocks.text();
  if (report.total.latch > 0) text += fmt::format("latches: {}\n", report.total.latch);
  for (const auto& [type, count] : report.total.other)
    text += fmt::format("other cells: {} {}\n", count, type);
  text += fmt::format("compute only, per state lane ({} of them): {:.2f} DSP, {:.1f} LUT, {:.1f} FF\n",
                      report.point.num_pe(), per_pe(report, report.compute.dsp),
                      per_pe(report, report.compute.all_luts()), per_pe(report, report.compute.ff));
  return text;
}

json to_json(const area_report& report) {
  json object = {{"design_point", to_json(report.point)},
                 {"tool", report.tool},
                 {"flow", "synth_xilinx -family xcup"},
                 {"modules", json::array()},
                 {"blocks", json::array()},
                 {"total", cells_json(report.total)},
                 {"compute", cells_json(report.compute)}};
  for (const module_area& module : report.modules) {
    object["modules"].push_back({{"module", module.module},
                                 {"instances", module.instances},
                                 {"own", cells_json(module.own)},
                                 {"whole", cells_json(module.whole)}});
  }
  for (const block_area& block : report.blocks) {
    object["blocks"].push_back(
        {{"block", block.block}, {"instances", block.instances}, {"cells", cells_json(block.cells)}});
  }
  object["compute_per_state_lane"] = {{"dsp", per_pe(report, report.compute.dsp)},
                                      {"lut", per_pe(report, report.compute.all_luts())},
                                      {"ff", per_pe(report, report.compute.ff)}};
  return object;
}

}  // namespace scansim
