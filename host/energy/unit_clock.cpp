#include "host/energy/unit_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/text_table.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

nlohmann::json range_of(const energy_range& range) {
  return {{"low", range.low_pj}, {"nominal", range.nominal_pj}, {"high", range.high_pj}};
}

}  // namespace

unit_path path_of(const std::string& unit, double period_ns, const std::vector<std::string>& path,
                  double fo4_ns, const technology_scale& scale) {
  unit_path made{
      unit, path.empty() ? "" : path.front(), path.empty() ? "" : path.back(), period_ns, period_ns / fo4_ns,
      {}};
  const auto mhz = [&](double fo4_ps) { return 1e6 / (made.fo4 * fo4_ps); };
  const energy_range& fo4 = scale.fo4_ps.cost;
  made.mhz = {mhz(fo4.high_pj), mhz(fo4.nominal_pj), mhz(fo4.low_pj)};
  return made;
}

clock_report clock_of(const design_point& point, const progress_callback& progress) {
  const liberty_library library = read_liberty(liberty_file());
  clock_report report{point, scale_to(point.technology), {}, fo4_delay(library)};
  for (const measured_unit& unit : measured_units()) {
    if (unit.source == vector_source::none || (unit.source == vector_source::layer && !point.has_units()))
      continue;
    if (unit.twin_of != nullptr) continue;  // another's netlist
    const gate_netlist netlist = map_to_gates(unit.module(point), library, rtl_directory(), progress).netlist;
    const gate_timing timing = time_netlist(netlist);
    report.units.push_back(path_of(unit.name, timing.period, timing.path, report.fo4_ns, report.scale));
  }
  std::stable_sort(report.units.begin(), report.units.end(),
                   [](const unit_path& one, const unit_path& other) { return one.fo4 > other.fo4; });
  return report;
}

std::string clock_verdict(const clock_report& report) {
  const unit_path& slowest = report.units.front();
  const double clock = report.point.clock_mhz;
  const auto off = [&](double mhz) { return 100 * (clock / mhz - 1); };
  const std::string can =
      fmt::format("{}, which makes {:.0f}/{:.0f}/{:.0f} MHz (low/nominal/high)", slowest.unit,
                  slowest.mhz.low_pj, slowest.mhz.nominal_pj, slowest.mhz.high_pj);
  if (clock > slowest.mhz.high_pj)
    return fmt::format("clock_mhz {:.0f} is {:.0f} % above the nominal and above all of the slowest unit, {}",
                       clock, off(slowest.mhz.nominal_pj), can);
  if (clock > slowest.mhz.nominal_pj)
    return fmt::format("clock_mhz {:.0f} is {:.0f} % above the nominal of the slowest unit, {}", clock,
                       off(slowest.mhz.nominal_pj), can);
  if (clock > slowest.mhz.low_pj)
    return fmt::format("clock_mhz {:.0f} is {:.0f} % above the low end of the slowest unit, {}", clock,
                       off(slowest.mhz.low_pj), can);
  return fmt::format("clock_mhz {:.0f} is within the slowest unit, {}", clock, can);
}

std::string clock_text(const clock_report& report) {
  std::string text = fmt::format(
      "clock of {} in {}: FO4 {:.1f}/{:.1f}/{:.1f} ps (low/nominal/high), {:.1f} ps in the cells of 180 "
      "nm\n\n",
      report.point.name, report.scale.name, report.scale.fo4_ps.cost.low_pj,
      report.scale.fo4_ps.cost.nominal_pj, report.scale.fo4_ps.cost.high_pj, 1000 * report.fo4_ns);
  text_table table({"<unit", "ns at 180 nm", "FO4", "MHz low", "nominal", "high", "<path"});
  for (const unit_path& unit : report.units)
    table.add_row({unit.unit, fmt::format("{:.3f}", unit.period_ns), fmt::format("{:.1f}", unit.fo4),
                   fmt::format("{:.0f}", unit.mhz.low_pj), fmt::format("{:.0f}", unit.mhz.nominal_pj),
                   fmt::format("{:.0f}", unit.mhz.high_pj), unit.from + " -> " + unit.to});
  return text + table.text() + "\n" + clock_verdict(report) + "\n" +
         "units alone, without wires, memories and clock skew: bounds from above\n";
}

nlohmann::json to_json(const clock_report& report) {
  nlohmann::json object = {{"design_point", to_json(report.point)},
                           {"technology", report.scale.name},
                           {"fo4_ps", range_of(report.scale.fo4_ps.cost)},
                           {"fo4_source", report.scale.fo4_ps.source},
                           {"library_fo4_ns", report.fo4_ns},
                           {"verdict", clock_verdict(report)},
                           {"above_nominal", report.point.clock_mhz > report.units.front().mhz.nominal_pj},
                           {"units", nlohmann::json::array()}};
  for (const unit_path& unit : report.units)
    object["units"].push_back({{"unit", unit.unit},
                               {"period_ns", unit.period_ns},
                               {"fo4", unit.fo4},
                               {"mhz", range_of(unit.mhz)},
                               {"from", unit.from},
                               {"to", unit.to}});
  return object;
}

}  // namespace scansim
