#include "models/energy/energy_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace scansim {

namespace {

block_energy& block_of(energy_report& report, const std::string& block, energy_level level) {
  for (block_energy& entry : report.blocks) {
    if (entry.block == block && entry.level == level) return entry;
  }
  report.blocks.push_back({block, level, {}});
  return report.blocks.back();
}

level_energy& level_of(energy_report& report, energy_level level) {
  for (level_energy& entry : report.levels) {
    if (entry.level == level) return entry;
  }
  report.levels.push_back({level, {}});
  return report.levels.back();
}

uint64_t cycles_of(const event_counters& counters) {
  const auto machine = counters.find("machine");
  if (machine == counters.end()) return 0;
  const auto cycles = machine->second.find("cycles");
  return cycles == machine->second.end() ? 0 : cycles->second;
}

nlohmann::json range_json(const energy_range& range) {
  return {{"low_pj", range.low_pj}, {"nominal_pj", range.nominal_pj}, {"high_pj", range.high_pj}};
}

}  // namespace

std::string energy_report::level_names() const {
  std::string names;
  for (const level_energy& entry : levels)
    names += (names.empty() ? "" : " + ") + std::string(level_name(entry.level));
  return names;
}

std::map<std::string, uint64_t> costed_dram_events(const memory_events& events) {
  const std::map<std::string, uint64_t> counted(events.begin(), events.end());
  if (counted.count("dram_activates") == 0) return {};
  const auto bytes = [&](const std::string& of) {
    return counted.at(of + "_read_bytes") + counted.at(of + "_write_bytes");
  };
  return {{"dram_activates", counted.at("dram_activates")},
          {"dram_refreshes", counted.at("dram_refreshes")},
          {"dram_padding_bytes", bytes("dram") - bytes("axi")}};
}

event_counters with_cycle_events(event_counters counters) {
  if (const uint64_t cycles = cycles_of(counters); cycles > 0)
    for (const auto& [block, event] : cycle_events) counters[block][event] = cycles;
  return counters;
}

energy_report estimate_energy(const event_counters& counters, const design_point& point,
                              const cost_table& table) {
  energy_report report;
  report.technology = table.technology;
  report.dram = table.dram;
  if (const auto row = table.rows.find("dram_read_bytes"); row != table.rows.end())
    report.dram_node = row->second.node;
  const auto add = [&](const std::string& block, const std::string& event, uint64_t count) {
    const event_cost cost = cost_of_event(block, event, point, table);
    const energy_range total = static_cast<double>(count) * cost.cost;
    report.events.push_back({block, event, count, cost.cost, total, cost.level, cost.rows});
    block_of(report, block, cost.level).total += total;
    level_of(report, cost.level).total += total;
  };
  for (const auto& [block, events] : with_cycle_events(counters)) {
    for (const auto& [event, count] : events)
      if (!is_free_event(event)) add(block, event, count);
  }
  std::sort(report.levels.begin(), report.levels.end(),
            [](const level_energy& left, const level_energy& right) { return left.level < right.level; });
  for (const level_energy& entry : report.levels) report.system_estimate += entry.total;
  return report;
}

nlohmann::json to_json(const energy_report& report) {
  nlohmann::json object = {{"technology", report.technology},
                           {"dram", {{"costs", report.dram}, {"node", report.dram_node}}},
                           {"unit", "pJ"},
                           {"not_modelled", energy_not_modelled},
                           {"events", nlohmann::json::array()},
                           {"by_block", nlohmann::json::array()},
                           {"by_level", nlohmann::json::object()},
                           {"system_estimate", range_json(report.system_estimate)}};
  for (const event_energy& entry : report.events) {
    nlohmann::json row = range_json(entry.total);
    row.update({{"block", entry.block},
                {"event", entry.event},
                {"count", entry.count},
                {"level", level_name(entry.level)},
                {"cost_of_one", range_json(entry.per_event)},
                {"cost_rows", entry.rows}});
    object["events"].push_back(row);
  }
  for (const block_energy& entry : report.blocks) {
    nlohmann::json row = range_json(entry.total);
    row.update({{"block", entry.block}, {"level", level_name(entry.level)}});
    object["by_block"].push_back(row);
  }
  nlohmann::json names = nlohmann::json::array();
  for (const level_energy& entry : report.levels) {
    object["by_level"][level_name(entry.level)] = range_json(entry.total);
    names.push_back(level_name(entry.level));
  }
  object["system_estimate"]["levels"] = names;
  return object;
}

}  // namespace scansim
